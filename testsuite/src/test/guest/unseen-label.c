/*
 * A computed goto into the middle of a block: what is read there is dead as far as anybody can see,
 * in the block of the goto, in blocks before it, and behind calls.
 */
#include <stdint.h>
#include <stdio.h>

uint64_t go(uint64_t distance, uint64_t value, uint64_t choice);
extern const uint64_t unseen_distance;

__asm__(
    ".text\n"
    ".type callee, @function\n"
    "callee:\n"
    "  slli a0, a1, 3\n"
    "  addi a1, a1, 9\n"
    "  ret\n"
    ".size callee, .-callee\n"
    ".type go, @function\n"
    "go:\n"
    "  .cfi_startproc\n"
    "  addi sp, sp, -32\n"
    "  .cfi_def_cfa_offset 32\n"
    "  sd ra, 24(sp)\n"
    "  .cfi_offset ra, -8\n"
    "  sd s0, 16(sp)\n"
    "  .cfi_offset s0, -16\n"
    "  mv s0, a0\n"
    "  jal callee\n" /* a0 is dead behind the call, as far as anybody can see */
    "  li a3, 1000\n"
    "  addiw a6, a1, 1\n" /* an int */
    "  fcvt.d.l fa3, a1\n"
    "  beqz a2, 1f\n"
    "  mul a3, a1, a2\n" /* a3 is dead in both branches */
    "  addi t4, a1, 77\n"
    "  j 2f\n"
    "1: li t4, -5\n"
    "2: li a4, 100\n"
    "3: addi a4, a4, -1\n" /* a loop in between */
    "  bnez a4, 3b\n"
    "  addi t1, a1, 5\n"
    "  lla a5, known\n"
    "  add a5, a5, s0\n"
    "  jr a5\n"
    "known:\n"
    "  li a0, 1\n"
    "  li t1, 2\n"
    "  li a3, 3\n"
    "  li t4, 4\n"
    "  li a6, 5\n"
    "  li a4, 6\n"
    "  fcvt.d.l fa3, zero\n"
    "unseen:\n"
    "  xor a0, a0, t1\n"
    "  slli a0, a0, 1\n"
    "  xor a0, a0, a3\n"
    "  slli a0, a0, 1\n"
    "  xor a0, a0, t4\n"
    "  slli a0, a0, 1\n"
    "  xor a0, a0, a6\n"
    "  fcvt.l.d a6, fa3, rtz\n"
    "  add a0, a0, a6\n"
    "  add a0, a0, a4\n"
    "  ld ra, 24(sp)\n"
    "  ld s0, 16(sp)\n"
    "  addi sp, sp, 32\n"
    "  ret\n"
    "  .cfi_endproc\n"
    ".size go, .-go\n"
    ".section .rodata\n"
    "unseen_distance: .dword unseen - known\n"
    ".text\n");

int main(void) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < 20000; i++) {
    sum = sum * 3 + go(i % 5 == 0 ? unseen_distance : 0, i, i % 3);
  }
  printf("%lu\n", sum);
  return 0;
}
