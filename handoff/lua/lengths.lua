-- ARGV: greatest priority. Answers how many wait, for each priority from 1 on.
local counts = {}
for priority = 1, tonumber(ARGV[1]) do
  table.insert(counts, tonumber(redis.call('HGET', lengths, priority) or '0'))
end
return counts
