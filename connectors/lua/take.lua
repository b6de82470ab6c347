-- A leaky bucket as one moment (GCRA). KEYS[1]: when it is empty again, in milliseconds.
-- ARGV: milliseconds in which one leaks away, how many it holds. Answers 0 when one was put in,
-- else the milliseconds until there is room; a refusal changes nothing.
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local each, room = tonumber(ARGV[1]), tonumber(ARGV[2])
local empty = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + each
local over = empty - now - each * room
if over > 0.5 then return math.ceil(over) end
redis.call('SET', KEYS[1], string.format('%.3f', empty), 'PX', math.ceil(empty - now))
return 0
