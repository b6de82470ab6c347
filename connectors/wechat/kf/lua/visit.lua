-- KEYS: the visit's lock, bells, cursors (one slot). ARGV: holder, lifetime (ms), account, step,
-- and its argument: the new cursor, or the bell that was answered.
-- Answers 0, and changes nothing, when another has the lock.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[4] == 'advance' then
  redis.call('HSET', KEYS[3], ARGV[3], ARGV[5])
else
  if ARGV[4] == 'done' and redis.call('HGET', KEYS[2], ARGV[3]) == ARGV[5] then
    redis.call('HDEL', KEYS[2], ARGV[3])
  end
  redis.call('DEL', KEYS[1])
end
return 1
