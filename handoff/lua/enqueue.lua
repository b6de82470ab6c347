-- ARGV: id, epoch, group, priority, offset (ms), reason, trigger, channel
local id, epoch = ARGV[1], tonumber(ARGV[2])
local held = get(id, 'state', 'epoch', 'arrival', 'since')
if held[1] and epoch <= tonumber(held[2]) then return outlook_of(id) end
local arrival, since = held[3], held[4]
if held[1] == 'waiting' then
  leave_line(id)
else
  if held[1] == 'claimed' then drop_claim(id) end
  if held[1] == 'done' then redis.call('PERSIST', entry_of(id)) end
  arrival, since = arrive(), now()
end
redis.call('HSET', entry_of(id), 'epoch', epoch, 'group', ARGV[3], 'priority', ARGV[4],
  'offset', ARGV[5], 'reason', ARGV[6], 'trigger', ARGV[7], 'channel', ARGV[8],
  'arrival', arrival, 'since', since,
  'state', 'waiting', 'agent', '', 'fence', '0', 'offered', '')
stand_in_line(id, ARGV[3], ARGV[4], ARGV[5], arrival)
local rank = redis.call('ZRANK', line .. ':' .. ARGV[3], id)
return outlook_of(id, { ARGV[3], tonumber(ARGV[4]), rank + 1 })
