-- ARGV: agent, limit, lease (ms), id or '', groups that are barred ('a,b'), group, group, ...
-- ('*' stands for every group)
local agent, wanted = ARGV[1], ARGV[4]
if redis.call('HGET', about_of(agent), 'state') == 'break' then return { 'on_break' } end
if load_of(agent) >= tonumber(ARGV[2]) then return { 'at_limit' } end
local barred
for group in string.gmatch(ARGV[5], '[^,]+') do
  barred = barred or {}
  barred[group] = true
end

local function head_of(from) return redis.call('ZRANGE', from, 0, 0, 'WITHSCORES') end

-- The first of everybody who waits that is in no barred group.
local function first_allowed()
  local at = 0
  while true do
    local rows = redis.call('ZRANGE', line, at, at + 99, 'WITHSCORES')
    for row = 1, #rows, 2 do
      if not barred[get(rows[row], 'group')[1]] then return { rows[row], rows[row + 1] } end
    end
    if #rows == 0 then return {} end
    at = at + 100
  end
end

local function most_urgent()
  local best, lowest
  for at = 6, #ARGV do
    local group, head = ARGV[at], {}
    if group == '*' and barred then
      head = first_allowed()
    elseif group == '*' then
      head = head_of(line)
    elseif not (barred and barred[group]) then
      head = head_of(line .. ':' .. group)
    end
    if head[1] and (not lowest or tonumber(head[2]) < lowest) then
      best, lowest = head[1], tonumber(head[2])
    end
  end
  return best
end

local function allowed(id)
  local held = get(id, 'state', 'group')
  if held[1] ~= 'waiting' then return nil end
  for at = 6, #ARGV do
    if ARGV[at] == held[2] or ARGV[at] == '*' then return id, held[2] end
  end
  return nil
end

local id, group
if wanted == '' then id = most_urgent() else id, group = allowed(wanted) end
if not id then return { 'nothing' } end
if barred and group and barred[group] then return { 'unqualified' } end
local held = leave_line(id)
note_pickup(held[1])
return grant(id, agent, ARGV[3], '', held)
