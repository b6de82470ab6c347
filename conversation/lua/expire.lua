-- ARGV: channel, lifetime (ms). The customer's own hash stays: it counts the conversations, and a
-- number given twice would put one conversation's log in another one's place in the archive.
local owner = redis.call('HGET', state, 'owner')
if not owner then return { 'unknown' } end
if owner ~= 'closed' then return { 'owner_changed' } end
for _, key in ipairs({ state, log, mailbox, notices }) do
  redis.call('PEXPIRE', key, ARGV[2])
end
return { 'ok' }
