-- ARGV: channel, lease token. Returns the mailbox head and counts the attempt.
if redis.call('GET', lease) ~= ARGV[2] then return { 'lease_lost' } end
local head = redis.call('LINDEX', mailbox, 0)
if not head then return { 'empty' } end
local tried = redis.call('HMGET', state, 'head', 'attempts')
local attempts = 1
if tried[1] == head then attempts = tonumber(tried[2]) + 1 end
redis.call('HSET', state, 'head', head, 'attempts', attempts)
local entry = redis.call('XRANGE', log, head, head)
return { 'ok', head, attempts, entry[1][2][2] }
