-- KEYS: hold, the customer's deliveries, the reply to the last push. ARGV: token, hold's lifetime (ms), step, its arguments.
-- Answers 0, and changes nothing, when another has the hold; one that ended is taken again.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local step = ARGV[3]
if step == 'delivered' then
  redis.call('HSET', KEYS[2], 'cursor', ARGV[4], 'parts', ARGV[5])
  if ARGV[6] ~= '' then redis.call('HINCRBY', KEYS[2], ARGV[6] .. '_left', -1) end
elseif step == 'replied' then
  redis.call('HSET', KEYS[2], 'cursor', ARGV[4], 'parts', '0')
  redis.call('SET', KEYS[3], ARGV[6], 'EX', ARGV[5])
elseif step == 'note' then
  redis.call('HSET', KEYS[2], 'waiting', ARGV[4], 'trouble', ARGV[5])
elseif step == 'refused' then
  redis.call('HINCRBY', KEYS[2], 'refused', 1)
elseif step == 'release' then
  redis.call('DEL', KEYS[1])
end
return 1
