-- ARGV: how long an agent is remembered (ms)
return redis.call('ZRANGE', agents, now() - ARGV[1], '+inf', 'BYSCORE')
