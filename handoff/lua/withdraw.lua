-- ARGV: id. The entry stays for a while, so that a late repetition does not queue it again.
local id = ARGV[1]
if is_offered(id) then
  drop_claim(id)
elseif get(id, 'state')[1] == 'waiting' then
  leave_line(id)
else
  return 0
end
redis.call('HSET', entry_of(id), 'state', 'done')
redis.call('EXPIRE', entry_of(id), REMEMBERED)
return 1
