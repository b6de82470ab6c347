-- ARGV: at most how many. Who let an offer pass takes nothing from others until they say so.
local rows = {}
for _, id in ipairs(redis.call('ZRANGE', claims, '-inf', now(), 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  table.insert(rows, claim_of(id))
  if is_offered(id) then redis.call('HSET', about_of(get(id, 'agent')[1]), 'state', 'busy') end
  drop_claim(id)
  join_line(id)
end
return rows
