-- ARGV: channel, sender, epoch, agent, bodies, required, mark ('enqueued', 'leaves' or ''), asking, once
local why = refusal(ARGV[2], ARGV[3], ARGV[4])
if why then return { why } end
if ARGV[7] == 'enqueued' then
  local held = redis.call('HMGET', state, 'owner', 'enqueued')
  if held[1] ~= 'queue' then return { 'owner_changed' } end
  if held[2] == '1' then return { 'ok' } end
end
if ARGV[7] == 'leaves' and redis.call('HGET', state, 'owner') ~= 'queue' then
  return { 'owner_changed' }
end
local bodies = cjson.decode(ARGV[5])
if notice_missing(bodies, cjson.decode(ARGV[6])) then return { 'notice_missing' } end
if ARGV[9] ~= '' and redis.call('HSETNX', state, 'once:' .. ARGV[9], '1') == 0 then
  return { 'ok' }
end
local ids = deliver(bodies)
redis.call('HSET', state, 'active', now())
if ARGV[7] == 'enqueued' then redis.call('HSET', state, 'enqueued', '1', 'asking', ARGV[8]) end
if ARGV[7] == 'leaves' then leave(ARGV[2]) end
wake()
return { 'ok', unpack(ids) }
