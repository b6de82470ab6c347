-- Shared by every script: all keys of one conversation lie in its customer's hash slot.
-- ARGV[1] is the wake-up channel. Scripts answer {status, ...}; any status but 'ok' changed nothing.
local customer, state, log, mailbox, notices, lease =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local channel = ARGV[1]

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function append(body)
  return redis.call('XADD', log, '*', 'm', body)
end

local function wake()
  redis.call('PUBLISH', channel, '')
end

-- The present author check: nobody speaks under an epoch that is over.
local function refusal(sender, epoch, agent)
  local held = redis.call('HMGET', state, 'owner', 'epoch', 'agent')
  if not held[1] then return 'unknown' end
  if held[1] == 'closed' then return 'closed' end
  if held[2] ~= epoch then return 'owner_changed' end
  if sender == 'bot' and held[1] ~= 'bot' then return 'owner_changed' end
  if sender == 'agent' and (held[1] ~= 'agent' or held[3] ~= agent) then return 'owner_changed' end
  return nil
end

-- P3: every required notice was delivered before, or leads this very bundle.
local function notice_missing(bodies, required)
  local leading = {}
  for _, body in ipairs(bodies) do
    local message = cjson.decode(body)
    if message.kind ~= 'notice' then break end
    leading[message.notice.category] = message.notice
  end
  for _, need in ipairs(required) do
    local shown = leading[need.category]
    if not shown then
      local held = redis.call('HGET', notices, need.category)
      shown = held and cjson.decode(held)
    end
    if not shown or shown.id ~= need.id or shown.version ~= need.version then return true end
  end
  return false
end

local function deliver(bodies)
  local ids = {}
  for _, body in ipairs(bodies) do
    table.insert(ids, append(body))
    local message = cjson.decode(body)
    if message.kind == 'notice' then
      redis.call('HSET', notices, message.notice.category, cjson.encode(message.notice))
    end
  end
  return ids
end

-- The only place where an owner changes: one epoch more, and an entry for the audit trail.
local function change_owner(to, by, name, why)
  local from = redis.call('HGET', state, 'owner')
  local epoch = redis.call('HINCRBY', state, 'epoch', 1)
  redis.call('HSET', state, 'owner', to, 'agent', '', 'agent_name', '', 'enqueued', '0',
    'asking', '', 'active', now())
  append(cjson.encode({
    sender = 'system', kind = 'event', text = '',
    data = { event = 'owner', from = from, to = to, by = by, name = name, why = why, epoch = epoch },
  }))
  return epoch
end

-- The customer waits for nobody any more; what they were handed over for is over with it.
local function leave(by)
  change_owner('bot', by, '', 'left')
  redis.call('HDEL', state, 'handoff')
end
