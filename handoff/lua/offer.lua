-- ARGV: how long an agent is remembered (ms), group, patience (ms), group, patience (ms), …
-- The most urgent head of these groups goes to who served the customer last, if free; else to who
-- holds the fewest conversations, and of these to who has been idle longest.
local free = {}
for _, agent in ipairs(redis.call('ZRANGE', agents, now() - ARGV[1], '+inf', 'BYSCORE')) do
  local about = redis.call('HMGET', about_of(agent), 'state', 'groups', 'limit', 'idle', 'barred')
  local load = load_of(agent)
  if about[1] == 'available' and load < tonumber(about[3]) then
    local serves = {}
    for _, group in ipairs(cjson.decode(about[2])) do serves[group] = true end
    for _, group in ipairs(cjson.decode(about[5] or '[]')) do serves[group] = nil end
    table.insert(free, { login = agent, serves = serves, load = load, idle = tonumber(about[4]) })
  end
end
if #free == 0 then return { 'nothing' } end
table.sort(free, function(one, other)
  if one.load ~= other.load then return one.load < other.load end
  if one.idle ~= other.idle then return one.idle < other.idle end
  return one.login < other.login
end)

local function receiver(id, group)
  local last = redis.call('GET', last_of(id))
  local first
  for _, agent in ipairs(free) do
    if agent.serves[group] then
      if agent.login == last then return last end
      first = first or agent.login
    end
  end
  return first
end

local heads = {}
for at = 2, #ARGV, 2 do
  local head = redis.call('ZRANGE', line .. ':' .. ARGV[at], 0, 0, 'WITHSCORES')
  if head[1] then
    table.insert(heads, {
      id = head[1], score = tonumber(head[2]), group = ARGV[at], patience = ARGV[at + 1],
    })
  end
end
table.sort(heads, function(one, other) return one.score < other.score end)
for _, head in ipairs(heads) do
  local agent = receiver(head.id, head.group)
  if agent then
    return grant(head.id, agent, head.patience, '1', leave_line(head.id))
  end
end
return { 'nothing' }
