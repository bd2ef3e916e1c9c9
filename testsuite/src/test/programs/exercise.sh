# Arithmetic, loops, functions, case, parameter expansion, here-documents; no other process.
fib() {
  if [ "$1" -lt 2 ]; then echo "$1"; return; fi
  a=0 b=1 i=1
  while [ $i -lt "$1" ]; do c=$((a + b)); a=$b; b=$c; i=$((i + 1)); done
  echo "$b"
}
fib 50
sum=0
i=0
while [ $i -lt 3000 ]; do
  sum=$(((sum * 31 + i) % 1000003))
  i=$((i + 1))
done
echo $sum
name=archive.tar.gz
echo "${name%.gz} ${name##*.} ${#name} ${undefined:-default}"
case $name in *.zip) echo zip ;; *.tar.*) echo tar ;; esac
while read -r one two; do echo "$two-$one"; done <<END
a b
c d
END
printf '%05d %s %x\n' 42 text 255
