/*
 * A function whose last instruction is the system call that does not return, and behind it one
 * that saves registers: nothing falls from one into the other.
 */
#include <stdio.h>

void finish(long status);
long saves(long value);

__asm__(
    ".text\n"
    ".globl finish\n"
    ".type finish, @function\n"
    "finish:\n"
    "  li a7, 94\n"
    "  ecall\n"
    ".size finish, .-finish\n"
    ".globl saves\n"
    ".type saves, @function\n"
    "saves:\n"
    "  addi sp, sp, -32\n"
    "  sd ra, 24(sp)\n"
    "  sd s0, 16(sp)\n"
    "  sd s11, 8(sp)\n"
    "  fsd fs0, 0(sp)\n"
    "  mv s0, a0\n"
    "  li s11, 3\n"
    "  fcvt.d.l fs0, s0\n"
    "  fadd.d fs0, fs0, fs0\n"
    "  fcvt.l.d a0, fs0, rtz\n"
    "  add a0, a0, s11\n"
    "  ld ra, 24(sp)\n"
    "  ld s0, 16(sp)\n"
    "  ld s11, 8(sp)\n"
    "  fld fs0, 0(sp)\n"
    "  addi sp, sp, 32\n"
    "  ret\n"
    ".size saves, .-saves\n");

int main(void) {
  printf("%ld\n", saves(20));
  fflush(stdout);
  finish(saves(2));
  return 1;
}
