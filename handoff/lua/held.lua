-- ARGV: agent or ''
local rows = {}
local ids
if ARGV[1] == '' then
  ids = redis.call('ZRANGE', claims, 0, -1)
else
  ids = redis.call('SMEMBERS', held_by(ARGV[1]))
end
for _, id in ipairs(ids) do table.insert(rows, claim_of(id)) end
return rows
