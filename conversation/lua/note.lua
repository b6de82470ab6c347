-- A private note of staff: it belongs to nobody's turn and changes nothing else.
-- ARGV: channel, body
local owner = redis.call('HGET', state, 'owner')
if not owner then return { 'unknown' } end
if owner == 'closed' then return { 'closed' } end
local id = append(ARGV[2])
wake()
return { 'ok', id }
