-- ARGV: group or '', limit
local from = line
if ARGV[1] ~= '' then from = line .. ':' .. ARGV[1] end
local rows = {}
for _, id in ipairs(redis.call('ZRANGE', from, 0, ARGV[2] - 1)) do
  local place = place_of(id)
  local held = get(id, 'reason', 'since', 'trigger', 'channel')
  table.insert(rows, { id, place[1], place[2], place[3], held[1], held[2], held[3], held[4] })
end
return rows
