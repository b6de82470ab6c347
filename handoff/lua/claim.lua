-- ARGV: agent, limit, lease (ms), id or '', group, group, ... ('*' stands for every group)
local agent, wanted = ARGV[1], ARGV[4]
if redis.call('HGET', about_of(agent), 'state') == 'break' then return { 'on_break' } end
if load_of(agent) >= tonumber(ARGV[2]) then return { 'at_limit' } end

local function most_urgent()
  local best, lowest
  for at = 5, #ARGV do
    local from = line
    if ARGV[at] ~= '*' then from = line .. ':' .. ARGV[at] end
    local head = redis.call('ZRANGE', from, 0, 0, 'WITHSCORES')
    if head[1] and (not lowest or tonumber(head[2]) < lowest) then
      best, lowest = head[1], tonumber(head[2])
    end
  end
  return best
end

local function allowed(id)
  local held = get(id, 'state', 'group')
  if held[1] ~= 'waiting' then return nil end
  for at = 5, #ARGV do
    if ARGV[at] == held[2] or ARGV[at] == '*' then return id end
  end
  return nil
end

local id
if wanted == '' then id = most_urgent() else id = allowed(wanted) end
if not id then return { 'nothing' } end
note_pickup(leave_line(id))
return grant(id, agent, ARGV[3], '')
