-- ARGV: greatest priority. Answers how many wait, for each priority from 1 on.
local counts = {}
for priority = 1, tonumber(ARGV[1]) do
  local from, to = priority * PRIORITY, (priority + 1) * PRIORITY
  table.insert(counts, redis.call('ZCOUNT', line, from, '(' .. string.format('%.0f', to)))
end
return counts
