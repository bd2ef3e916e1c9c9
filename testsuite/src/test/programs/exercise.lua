-- Strings, tables, closures, coroutines, metatables, integer and float arithmetic.
local n = tonumber(arg[1])
local counts = {}
for line in io.lines("text.txt") do
  for word in line:gmatch("%a+") do counts[word] = (counts[word] or 0) + 1 end
end
local words = {}
for word in pairs(counts) do words[#words + 1] = word end
table.sort(words, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)
for i = 1, 10 do print(words[i], counts[words[i]]) end

local generator = coroutine.wrap(function()
  local a, b = 0, 1
  while true do coroutine.yield(a) a, b = b, a + b end
end)
for i = 1, 90 do local f = generator() if i % 30 == 0 then print(i, f) end end

local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, Vector) end
local sum = setmetatable({x = 0, y = 0}, Vector)
for i = 1, n do sum = sum + setmetatable({x = i, y = 1 / i}, Vector) end
print(sum.x, string.format("%.12f", sum.y))
print(pcall(error, {code = 7}), select("#", table.unpack({1, nil, 3}, 1, 3)))
print(string.format("%q %5.2f %x %s", "a\nb", math.pi, 255, 1 // 0.0), 7 // -2, 7 % -3, 1 << 63)
print(utf8.char(228, 8364, 128512), #"ä", math.tointeger(2^53), 2^63 == math.mininteger + 0.0)
