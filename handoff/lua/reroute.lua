-- ARGV: id, group in which it waits, group in which it shall wait
local id = ARGV[1]
local held = get(id, 'state', 'group')
if held[1] ~= 'waiting' or held[2] ~= ARGV[2] then return 0 end
leave_line(id)
redis.call('HSET', entry_of(id), 'group', ARGV[3])
join_line(id)
return 1
