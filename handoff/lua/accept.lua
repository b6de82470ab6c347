-- ARGV: id, fence, lease (ms)
local id = ARGV[1]
if not owns(id, ARGV[2]) or not is_offered(id) then return { 'nothing' } end
local agent = get(id, 'agent')[1]
redis.call('HSET', entry_of(id), 'offered', '')
redis.call('ZADD', claims, now() + ARGV[3], id)
redis.call('SET', last_of(id), agent, 'EX', LAST_KEPT)
note_pickup(get(id, 'group')[1])
return { 'ok', claim_of(id) }
