-- ARGV: channel, lease token, 'force' or ''. Gives the lease back unless messages wait.
if redis.call('GET', lease) ~= ARGV[2] then return { 'lease_lost' } end
if ARGV[3] == '' and redis.call('LLEN', mailbox) > 0 then return { 'waiting' } end
redis.call('DEL', lease)
return { 'ok' }
