-- ARGV: agent, how long an agent is remembered (ms)
redis.call('ZREMRANGEBYSCORE', agents, '-inf', now() - ARGV[2])
redis.call('ZADD', agents, now(), ARGV[1])
return 1
