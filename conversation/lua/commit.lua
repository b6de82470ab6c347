-- ARGV: channel, lease token, head, sender, epoch, agent, bodies, required, record, handoff, stage,
--   asking ('=' and a key, or ''), leaves ('leaves' or '')
if redis.call('GET', lease) ~= ARGV[2] then return { 'lease_lost' } end
if redis.call('LINDEX', mailbox, 0) ~= ARGV[3] then return { 'lease_lost' } end
local bodies = cjson.decode(ARGV[7])
if #bodies > 0 then
  local why = refusal(ARGV[4], ARGV[5], ARGV[6])
  if why then return { why } end
  if notice_missing(bodies, cjson.decode(ARGV[8])) then return { 'notice_missing' } end
end
local ids = deliver(bodies)
table.insert(ids, append(ARGV[9]))
redis.call('LPOP', mailbox)
redis.call('HDEL', state, 'head', 'attempts')
redis.call('HSET', state, 'active', now())
if cjson.decode(ARGV[9]).data.alarm then redis.call('HSET', state, 'alarmed', '1') end
if ARGV[11] ~= '' then redis.call('HSET', state, 'stage', ARGV[11]) end
if ARGV[12] ~= '' then redis.call('HSET', state, 'asking', string.sub(ARGV[12], 2)) end
if ARGV[13] == 'leaves' and redis.call('HGET', state, 'owner') == 'queue' then
  leave(ARGV[4])
end
if ARGV[10] ~= '' then
  change_owner('queue', ARGV[4], '', cjson.decode(ARGV[10]).reason)
  redis.call('HSET', state, 'handoff', ARGV[10])
end
wake()
return { 'ok', unpack(ids) }
