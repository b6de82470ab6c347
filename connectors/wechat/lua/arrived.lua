-- KEYS[1]: the customer's deliveries. ARGV: deed, id, at, left, until.
local last = redis.call('HMGET', KEYS[1], ARGV[1] .. '_id', ARGV[1] .. '_at')
if last[1] == ARGV[2] or (last[2] and tonumber(last[2]) > tonumber(ARGV[3])) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1] .. '_id', ARGV[2], ARGV[1] .. '_at', ARGV[3],
  ARGV[1] .. '_left', ARGV[4], ARGV[1] .. '_until', ARGV[5])
redis.call('HDEL', KEYS[1], 'trouble')
return 1
