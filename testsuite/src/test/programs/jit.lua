-- Loops that LuaJIT compiles: numeric, with tables, strings, calls and the FFI.
local n = tonumber(arg[1])
local bit = require("bit")
local ffi = require("ffi")
local x = 1
for i = 1, n do x = bit.bxor(bit.lshift(x, 1), i) end
print(x)
local t = {}
for i = 1, n do t[i % 1000 + 1] = (t[i % 1000 + 1] or 0) + i end
local sum = 0
for i = 1, #t do sum = sum + t[i] end
print(sum)
local function fib(k) if k < 2 then return k end return fib(k - 1) + fib(k - 2) end
print(fib(22))
ffi.cdef("typedef struct { double x, y; } point; int abs(int);")
local points = ffi.new("point[100]")
for i = 0, n do local p = points[i % 100] p.x = p.x + i p.y = p.y + 0.5 end
print(points[7].x, points[7].y, ffi.C.abs(-5))
local parts = {}
for i = 1, 200 do parts[#parts + 1] = string.format("%d:%s", i, ("x"):rep(i % 5)) end
print(#table.concat(parts, ","), jit and jit.version_num > 20000)
