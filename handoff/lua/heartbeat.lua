-- ARGV: agent, how long an agent is remembered (ms), name, groups (JSON), limit,
-- groups that the agent is not qualified for (JSON)
redis.call('ZREMRANGEBYSCORE', agents, '-inf', now() - ARGV[2])
local was_present = present(ARGV[1], ARGV[2])
redis.call('ZADD', agents, now(), ARGV[1])
local about = about_of(ARGV[1])
redis.call('HSETNX', about, 'state', 'available')
if not was_present then note_idle(ARGV[1]) end
redis.call('HSET', about, 'name', ARGV[3], 'groups', ARGV[4], 'limit', ARGV[5],
  'barred', ARGV[6])
redis.call('EXPIRE', about, STATE_KEPT)
return 1
