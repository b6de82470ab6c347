-- ARGV: channel, lease token, lifetime (ms)
if redis.call('GET', lease) ~= ARGV[2] then return { 'lease_lost' } end
redis.call('PEXPIRE', lease, ARGV[3])
return { 'ok' }
