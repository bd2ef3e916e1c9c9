/*
 * Functions that return values where the calling convention has none: in a temporary, through a
 * recursion whose end changes it no more, through a tail call, and in an argument register that only
 * some calls change.
 */
#include <stdio.h>

long count(long n);
long jump(long n);
long sometimes(long n);

asm(".text\n"
    ".type inner, @function\n"
    "inner:\n"
    "  addi sp, sp, -16\n"
    "  sd ra, 8(sp)\n"
    "  addi t0, t0, 1\n"
    "  andi t6, t0, 31\n"
    "  beqz t6, 1f\n"
    "  call inner\n"
    "1: ld ra, 8(sp)\n"
    "  addi sp, sp, 16\n"
    "  ret\n"
    ".size inner, . - inner\n"
    ".globl count\n.type count, @function\n"
    "count:\n"
    "  addi sp, sp, -16\n"
    "  sd ra, 8(sp)\n"
    "  mv t0, a0\n"
    "  call inner\n"
    "  mv a0, t0\n"
    "  ld ra, 8(sp)\n"
    "  addi sp, sp, 16\n"
    "  ret\n"
    ".size count, . - count\n"
    ".type last, @function\n"
    "last:\n"
    "  bgtz a0, 1f\n"
    "  addi t1, t1, 1000\n"
    "1: ret\n"
    ".size last, . - last\n"
    ".type through, @function\n"
    "through:\n"
    "  slli t2, a0, 4\n"
    "  add t1, t2, a0\n"
    "  j last\n"
    ".size through, . - through\n"
    ".globl jump\n.type jump, @function\n"
    "jump:\n"
    "  addi sp, sp, -16\n"
    "  sd ra, 8(sp)\n"
    "  call through\n"
    "  add a0, t1, t2\n"
    "  ld ra, 8(sp)\n"
    "  addi sp, sp, 16\n"
    "  ret\n"
    ".size jump, . - jump\n"
    ".type maybe, @function\n"
    "maybe:\n"
    "  andi t3, a0, 1\n"
    "  beqz t3, 1f\n"
    "  addi a7, a7, 5\n"
    "  fcvt.d.l ft3, a0\n"
    "1: ret\n"
    ".size maybe, . - maybe\n"
    ".globl sometimes\n.type sometimes, @function\n"
    "sometimes:\n"
    "  addi sp, sp, -16\n"
    "  sd ra, 8(sp)\n"
    "  slli a7, a0, 8\n"
    "  fcvt.d.l ft3, a7\n"
    "  call maybe\n"
    "  fcvt.l.d a0, ft3, rtz\n"
    "  add a0, a0, a7\n"
    "  ld ra, 8(sp)\n"
    "  addi sp, sp, 16\n"
    "  ret\n"
    ".size sometimes, . - sometimes\n");

int main(void) {
  long sum = 0;
  /* Often enough for code translated on demand, and for C2. */
  for (long i = 0; i < 200000; i++) {
    sum = sum * 3 + count(i & 63) + jump((i & 7) - 3) * 5 + sometimes(i & 15) * 7;
  }
  printf("%ld %ld %ld %ld %ld %ld\n", count(0), count(40), jump(3), jump(-2), sometimes(2), sometimes(3));
  printf("%ld\n", sum);
  return 0;
}
