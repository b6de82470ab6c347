-- ARGV: id, fence
local id = ARGV[1]
if not owns(id, ARGV[2]) then return 0 end
drop_claim(id)
redis.call('HSET', entry_of(id), 'state', 'done')
redis.call('EXPIRE', entry_of(id), REMEMBERED)
return 1
