-- ARGV: id. The entry stays for a while, so that a late repetition does not queue it again.
local id = ARGV[1]
if get(id, 'state')[1] ~= 'waiting' then return 0 end
leave_line(id)
redis.call('HSET', entry_of(id), 'state', 'done')
redis.call('EXPIRE', entry_of(id), REMEMBERED)
return 1
