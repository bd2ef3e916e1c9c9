# Fields, arrays, regular expressions, functions and printf.
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
{ words += NF; bytes += length($0) + 1 }
/^[aeiou].*[aeiou]$/ { vowels++ }
{ for (i = 1; i <= NF; i++) count[length($i)]++ }
END {
  print NR, words, bytes, vowels
  for (i = 1; i <= 12; i++) printf "%d:%d ", i, count[i]
  printf "\n%s %d %.6f\n", toupper(substr("riscv", 2, 3)), fib(18), atan2(1, 2) * exp(1) / log(3)
  n = split("a:b::c", parts, ":"); print n, parts[4], index("capability", "bil")
  s = "aaa"; gsub(/a/, "<&>", s); print s
}
