-- Every change of owner outside a turn.
-- ARGV: channel, move, epoch, by, name, fence, handoff (JSON) or reason
local move, epoch, by, name = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local held = redis.call('HMGET', state, 'owner', 'epoch', 'fence')
local owner = held[1]
if not owner then return { 'unknown' } end
if owner == 'closed' then return { 'closed' } end

if move == 'take_over' then
  local fence = tonumber(ARGV[6])
  local last = tonumber(held[3] or '0')
  if owner == 'bot' or fence <= last then return { 'owner_changed' } end
  local new = change_owner('agent', by, name, 'claimed')
  redis.call('HSET', state, 'agent', by, 'agent_name', name, 'fence', fence)
  wake()
  return { 'ok', new }
end

if held[2] ~= epoch then return { 'owner_changed' } end
local to = move
-- Silence closes nothing that somebody still waits for.
if to == 'closed' and by == 'silence' and redis.call('LLEN', mailbox) > 0 then return { 'busy' } end
if to == 'queue' and owner ~= 'agent' and ARGV[7] == '' then return { 'owner_changed' } end
if to == 'queue' and owner == 'queue' then return { 'owner_changed' } end
if to == 'bot' and owner == 'bot' then return { 'owner_changed' } end
local new = change_owner(to, by, name, to)
if to == 'queue' and ARGV[7] ~= '' then redis.call('HSET', state, 'handoff', ARGV[7]) end
-- Old context must never hand over again: a conversation that left the queue starts afresh.
if to == 'bot' then redis.call('HDEL', state, 'handoff') end
if to == 'closed' then redis.call('HSET', state, 'closed_by', by) end
wake()
return { 'ok', new }
