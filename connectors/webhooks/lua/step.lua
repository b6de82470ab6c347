-- KEYS: hold, state, dead letters. ARGV: token, hold's lifetime (ms), step, its arguments.
-- Answers 0, and changes nothing, unless the token has the hold.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local step = ARGV[3]
if step == 'release' then
  redis.call('DEL', KEYS[1])
elseif step == 'failed' then
  return redis.call('HINCRBY', KEYS[2], 'failures', 1)
elseif step == 'advance' or step == 'bury' then
  redis.call('HSET', KEYS[2], 'place', ARGV[4], 'failures', 0)
  if step == 'bury' then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[6], '*', 'letter', ARGV[5])
  end
end
return 1
