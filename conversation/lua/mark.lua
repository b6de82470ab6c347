-- ARGV: channel, mark, entry, lifetime (s). KEYS[7]: marks. A mark never goes back.
local function parts(entry)
  local stamp, counter = string.match(entry, '^(%d+)-(%d+)$')
  return tonumber(stamp), tonumber(counter)
end
local stamp, counter = parts(ARGV[3])
local before = redis.call('HGET', KEYS[7], ARGV[2])
if before then
  local held, held_counter = parts(before)
  if stamp < held or (stamp == held and counter <= held_counter) then return { 'ok' } end
end
redis.call('HSET', KEYS[7], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[7], ARGV[4])
wake()
return { 'ok' }
