-- ARGV: id, fence
if not owns(ARGV[1], ARGV[2]) then return 0 end
drop_claim(ARGV[1])
join_line(ARGV[1])
return 1
