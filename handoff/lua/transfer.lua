-- ARGV: id, fence, group, epoch that the conversation has once it has left its agent
local id = ARGV[1]
if not owns(id, ARGV[2]) then return 0 end
drop_claim(id)
redis.call('HSET', entry_of(id), 'group', ARGV[3], 'epoch', ARGV[4])
join_line(id)
return 1
