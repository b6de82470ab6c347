-- ARGV: channel, number, body, seen-lifetime (s), greatest mailbox length. KEYS[7]: seen.
local before = redis.call('GET', KEYS[7])
if before then return { 'duplicate', before } end
if redis.call('HGET', customer, 'n') ~= ARGV[2] then return { 'moved' } end
local owner = redis.call('HGET', state, 'owner')
if not owner or owner == 'closed' then return { 'moved' } end
if redis.call('LLEN', mailbox) >= tonumber(ARGV[5]) then return { 'busy' } end
local id = append(ARGV[3])
redis.call('RPUSH', mailbox, id)
redis.call('SET', KEYS[7], ARGV[2] .. '|' .. id, 'EX', ARGV[4])
redis.call('HSET', state, 'active', now())
wake()
return { 'ok', id }
