-- ARGV: at most how many
local rows = {}
for _, id in ipairs(redis.call('ZRANGE', claims, '-inf', now(), 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  table.insert(rows, claim_of(id))
  drop_claim(id)
  join_line(id)
end
return rows
