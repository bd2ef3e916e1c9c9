/*
 * Callees that run for so long that it is not worth interpreting them, and leave something.
 */
#include <stdio.h>

typedef void function(long);
function spins_and_leaves;
long reads(function *, long);

__attribute__((used, noinline)) long spin(long n) {
  volatile long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += i;
  }
  return sum;
}

__asm__(
    ".text\n"
    ".globl leave\n.type leave, @function\n"
    "leave:\n  slli t0, a0, 1\n  add t0, t0, a0\n  addi t0, t0, 1\n  li a0, 0\n  ret\n"
    ".size leave, .-leave\n"
    ".globl spins_and_leaves\n.type spins_and_leaves, @function\n"
    "spins_and_leaves:\n  addi sp, sp, -16\n  sd ra, 8(sp)\n  sd s0, 0(sp)\n"
    "  mv s0, a0\n  call spin\n  mv a0, s0\n  call leave\n"
    "  ld ra, 8(sp)\n  ld s0, 0(sp)\n  addi sp, sp, 16\n  ret\n"
    ".size spins_and_leaves, .-spins_and_leaves\n"
    ".globl reads\n.type reads, @function\n"
    "reads:\n  addi sp, sp, -16\n  sd ra, 8(sp)\n"
    "  mv t1, a0\n  mv a0, a1\n  jalr t1\n  mv a0, t0\n"
    "  ld ra, 8(sp)\n  addi sp, sp, 16\n  ret\n"
    ".size reads, .-reads\n");

int main(void) {
  /* More than 50 million instructions, at which all code changes to a variant that loses nothing. */
  for (int i = 0; i < 4; i++) {
    printf("%ld\n", reads(spins_and_leaves, 5000000));
  }
  long sum = 0;
  for (int i = 0; i < 100000; i++) {
    sum += reads(spins_and_leaves, i % 10);
  }
  printf("%ld\n", sum);
  return 0;
}
