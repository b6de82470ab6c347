-- ARGV: agent, lease (ms). A lease that ran out but was not reaped is still the agent's.
local rows = {}
for _, id in ipairs(redis.call('SMEMBERS', held_by(ARGV[1]))) do
  redis.call('ZADD', claims, now() + ARGV[2], id)
  table.insert(rows, claim_of(id))
end
return rows
