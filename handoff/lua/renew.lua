-- ARGV: agent, lease (ms). A lease that ran out but was not reaped is still the agent's.
-- What is offered is not kept: it has to be accepted in time.
local rows = {}
for _, id in ipairs(redis.call('SMEMBERS', held_by(ARGV[1]))) do
  if not is_offered(id) then redis.call('ZADD', claims, now() + ARGV[2], id) end
  table.insert(rows, claim_of(id))
end
return rows
