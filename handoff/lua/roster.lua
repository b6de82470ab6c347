-- ARGV: how long an agent is remembered (ms)
local rows = {}
for _, agent in ipairs(redis.call('ZRANGE', agents, now() - ARGV[1], '+inf', 'BYSCORE')) do
  local about = redis.call('HMGET', about_of(agent), 'name', 'groups', 'limit', 'state', 'barred')
  if about[1] then
    table.insert(rows, {
      agent, about[1], about[2], about[3], load_of(agent), about[4], about[5] or '[]',
    })
  end
end
return rows
