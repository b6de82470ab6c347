-- KEYS[1]: who is followed. ARGV: open id, the mark it had when the hold was taken.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
