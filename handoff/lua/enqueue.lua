-- ARGV: id, epoch, group, priority, offset (ms), reason, trigger, channel
local id, epoch = ARGV[1], tonumber(ARGV[2])
local held = get(id, 'state', 'epoch')
if held[1] and epoch <= tonumber(held[2]) then return outlook_of(id) end
if held[1] == 'waiting' then
  leave_line(id)
else
  if held[1] == 'claimed' then drop_claim(id) end
  redis.call('HSET', entry_of(id), 'arrival', arrive(), 'since', now())
end
redis.call('HSET', entry_of(id), 'epoch', epoch, 'group', ARGV[3], 'priority', ARGV[4],
  'offset', ARGV[5], 'reason', ARGV[6], 'trigger', ARGV[7], 'channel', ARGV[8])
redis.call('PERSIST', entry_of(id))
join_line(id)
return outlook_of(id)
