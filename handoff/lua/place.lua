-- ARGV: id
if get(ARGV[1], 'state')[1] ~= 'waiting' and not is_offered(ARGV[1]) then return false end
return outlook_of(ARGV[1])
