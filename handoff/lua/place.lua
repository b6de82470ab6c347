-- ARGV: id
if get(ARGV[1], 'state')[1] ~= 'waiting' then return false end
return outlook_of(ARGV[1])
