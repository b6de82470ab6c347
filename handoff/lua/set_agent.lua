-- ARGV: agent, field, value
redis.call('HSET', about_of(ARGV[1]), ARGV[2], ARGV[3])
redis.call('EXPIRE', about_of(ARGV[1]), STATE_KEPT)
if ARGV[2] == 'state' then note_idle(ARGV[1]) end
return 1
