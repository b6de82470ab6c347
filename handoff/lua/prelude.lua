-- Shared by every script. KEYS[1] is the root, a bare hash tag: every key below it lies in the
-- same slot, so a cluster runs these scripts as a single server does.
--   <root>:arrival, :fence  the last arrival, the last fence;  <root>:lengths  by priority
--   <root>:line             everyone who waits;  <root>:line:<group>  those of one group
--   <root>:c:<id>           the entry of one conversation
--   <root>:claims           claimed ids by the end of their lease;  <root>:held:<agent>
--   <root>:pace:<group>     when the last customers of a group were picked up
--   <root>:agents           when each agent was last seen;  <root>:agent:<agent>  name, state, …
--   <root>:last:<customer>  the agent who served the customer last
-- A score in a line is the arrival (ms) and the priority's offset: see handoff/aging.py.
local root = KEYS[1]
local line, claims, agents = root .. ':line', root .. ':claims', root .. ':agents'
local lengths = root .. ':lengths'
local REMEMBERED = 172800 -- seconds that a served epoch is known, against late repetitions

local PACE = 20 -- pick-ups remembered: LOOKED_AT of handoff/waiting_time.py
local STATE_KEPT = 86400 -- seconds that an absent agent's state is known
local LAST_KEPT = 604800 -- seconds that a customer's last agent is known

local function entry_of(id) return root .. ':c:' .. id end
local function held_by(agent) return root .. ':held:' .. agent end

local function about_of(agent) return root .. ':agent:' .. agent end

-- The time does not pass while a script runs: it is asked for once, in microseconds.
local asked
local function now_exactly()
  if not asked then
    local time = redis.call('TIME')
    asked = time[1] * 1000000 + time[2]
  end
  return asked
end

local function now() return math.floor(now_exactly() / 1000) end

-- Of two who come at once the first is the earlier.
local function arrive()
  local last = tonumber(redis.call('GET', root .. ':arrival') or '0')
  local arrival = string.format('%.0f', math.max(now(), last + 1))
  redis.call('SET', root .. ':arrival', arrival)
  return arrival
end

local function get(id, ...)
  return redis.call('HMGET', entry_of(id), ...)
end

-- What a claim tells of its entry; read once where a conversation changes hands.
local function entry(id) return get(id, 'group', 'priority', 'reason', 'since') end

-- Answers the entry: { group, priority, reason, since }.
local function leave_line(id)
  local held = entry(id)
  redis.call('ZREM', line .. ':' .. held[1], id)
  if redis.call('ZREM', line, id) == 1 then
    redis.call('HINCRBY', lengths, held[2], -1)
  end
  return held
end

local function stand_in_line(id, group, priority, offset, arrival)
  local score = string.format('%.0f', offset + arrival)
  redis.call('ZADD', line .. ':' .. group, score, id)
  if redis.call('ZADD', line, score, id) == 1 then
    redis.call('HINCRBY', lengths, priority, 1)
  end
end

local function join_line(id)
  stand_in_line(id, unpack(get(id, 'group', 'priority', 'offset', 'arrival')))
  redis.call('HSET', entry_of(id), 'state', 'waiting', 'agent', '', 'fence', '0', 'offered', '')
end

-- An agent is idle since a conversation last came or went. Many may go at once: microseconds.
local function note_idle(agent)
  redis.call('HSET', about_of(agent), 'idle', now_exactly())
end

local function drop_claim(id)
  local agent = get(id, 'agent')[1]
  redis.call('SREM', held_by(agent), id)
  redis.call('ZREM', claims, id)
  note_idle(agent)
  redis.call('EXPIRE', about_of(agent), STATE_KEPT) -- the agent may never come again
end

local function place_of(id)
  local held = get(id, 'state', 'group', 'priority')
  local rank = 0
  if held[1] == 'waiting' then rank = redis.call('ZRANK', line .. ':' .. held[2], id) end
  return { held[2], tonumber(held[3]), rank + 1 }
end

local function claim_of(id)
  local held = get(id, 'group', 'agent', 'fence', 'priority', 'reason', 'since', 'offered')
  local expires = redis.call('ZSCORE', claims, id)
  return { id, held[1], held[2], held[3], expires, held[4], held[5], held[6], held[7] or '' }
end

local function load_of(agent) return redis.call('SCARD', held_by(agent)) end

-- `barred` are the groups that an agent is not qualified for (JSON), as the heartbeat told.
local function bars(barred, group)
  for _, one in ipairs(cjson.decode(barred or '[]')) do
    if one == group then return true end
  end
  return false
end

local function present(agent, window)
  local seen = redis.call('ZSCORE', agents, agent)
  return seen and tonumber(seen) >= now() - window
end

local function last_of(id) return root .. ':last:' .. string.match(id, '^(.*)-%d+$') end

-- `offered` is '1' for what the agent has yet to accept, '' otherwise; `held` is the entry.
local function grant(id, agent, lease, offered, held)
  local fence = redis.call('INCR', root .. ':fence')
  redis.call('HSET', entry_of(id), 'state', 'claimed', 'agent', agent, 'offered', offered,
    'fence', fence)
  redis.call('SADD', held_by(agent), id)
  local expires = string.format('%.0f', now() + lease)
  redis.call('ZADD', claims, expires, id)
  note_idle(agent)
  if offered == '' then redis.call('SET', last_of(id), agent, 'EX', LAST_KEPT) end
  return { 'ok', { id, held[1], agent, fence, expires, held[2], held[3], held[4], offered } }
end

-- Where it stands, and how long ago (ms) the last pick-ups of its group were; `place` if known.
local function outlook_of(id, place)
  place = place or place_of(id)
  local ages, moment = {}, now()
  for at, when in ipairs(redis.call('LRANGE', root .. ':pace:' .. place[1], 0, PACE - 1)) do
    ages[at] = moment - when
  end
  place[4] = table.concat(ages, ',')
  return place
end

-- Trimmed, and kept for longer, once in a while: a pick-up is the busiest moment of the line.
local function note_pickup(group)
  local pace = root .. ':pace:' .. group
  local count = redis.call('LPUSH', pace, now())
  if count > 2 * PACE then redis.call('LTRIM', pace, 0, PACE - 1) end
  if count % PACE == 1 then redis.call('EXPIRE', pace, STATE_KEPT) end
end

local function owns(id, fence)
  local held = get(id, 'state', 'fence')
  return held[1] == 'claimed' and held[2] == fence
end

local function is_offered(id)
  local held = get(id, 'state', 'offered')
  return held[1] == 'claimed' and held[2] == '1'
end
