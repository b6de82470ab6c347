-- ARGV: id, fence (0: it waits), agent, by, lease (ms); who was seen within one lease is present
local id, fence, agent, by, lease = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local waits = fence == '0' and get(id, 'state')[1] == 'waiting'
if not waits and not owns(id, fence) then return { 'nothing' } end
local held = not waits and get(id, 'agent')[1] == agent
if held and not is_offered(id) then return { 'ok', claim_of(id) } end
local about = redis.call('HMGET', about_of(agent), 'state', 'limit', 'barred')
if not about[2] or not present(agent, lease) then return { 'away' } end
if agent ~= by and about[1] ~= 'available' then return { 'away' } end
if bars(about[3], get(id, 'group')[1]) then return { 'unqualified' } end
if load_of(agent) >= tonumber(about[2]) then return { 'at_limit' } end
local entry = entry(id)
if waits then
  leave_line(id)
  note_pickup(entry[1])
else
  drop_claim(id)
end
return grant(id, agent, lease, '', entry)
