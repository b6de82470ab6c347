-- ARGV: channel, number, the customer's channel, id, profile (JSON).
-- Opens conversation `number` if it is the next one and the one before is over.
local number = tonumber(ARGV[2])
local latest = tonumber(redis.call('HGET', customer, 'n') or '0')
if latest ~= number - 1 then return { 'moved', latest } end
if latest > 0 then
  -- KEYS[7] is the state of the conversation before.
  local owner = redis.call('HGET', KEYS[7], 'owner')
  if owner and owner ~= 'closed' then return { 'moved', latest } end
end
local at = now()
redis.call('HSET', customer, 'n', number, 'channel', ARGV[3], 'id', ARGV[4], 'profile', ARGV[5])
redis.call('PERSIST', customer)
redis.call('HSET', state, 'owner', 'bot', 'epoch', 1, 'opened', at, 'active', at,
  'channel', ARGV[3], 'customer', ARGV[4], 'profile', ARGV[5], 'stage', 'need')
wake()
return { 'ok' }
