-- Tables, strings, closures and floating point, in the mix a script has.
local Point = {}
Point.__index = Point
function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
function Point:add(o) return Point.new(self.x + o.x, self.y + o.y) end

local sum = Point.new(0, 0)
for i = 1, 1000000 do sum = sum:add(Point.new(i % 7, i % 11)) end
print(sum.x, sum.y)

local function queens(n)
  local count, columns, down, up = 0, {}, {}, {}
  local function place(row)
    if row > n then count = count + 1 return end
    for c = 1, n do
      if not (columns[c] or down[row + c] or up[row - c + n]) then
        columns[c], down[row + c], up[row - c + n] = true, true, true
        place(row + 1)
        columns[c], down[row + c], up[row - c + n] = nil, nil, nil
      end
    end
  end
  place(1)
  return count
end
print(queens(8))

local words = {}
for i = 1, 120000 do words[i] = string.format("%05x", i * 7919 % 99991) end
table.sort(words)
print(words[1], words[60000], #table.concat(words, ","))

local counts = {}
for word in table.concat(words, " "):gmatch("%x+") do
  local key = word:sub(1, 3)
  counts[key] = (counts[key] or 0) + 1
end
local keys = {}
for key in pairs(counts) do keys[#keys + 1] = key end
table.sort(keys)
print(#keys, keys[1], counts[keys[1]])

local total = 0.0
for i = 1, 1400000 do total = total + 1 / (i * i) end
print(string.format("%.12f", total))
