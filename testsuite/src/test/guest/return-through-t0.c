/* Functions that return through another register than ra, as glibc's __syscall_error does. */
#include <stdint.h>
#include <stdio.h>

uint64_t through_t0(uint64_t value);
uint64_t after_call(uint64_t value);

__asm__(
    ".text\n"
    ".type through_t0, @function\n"
    "through_t0:\n"
    "  mv t0, ra\n"
    "  addi a0, a0, 3\n"
    "  jr t0\n"
    ".size through_t0, .-through_t0\n"
    ".type after_call, @function\n"
    "after_call:\n"
    "  mv t3, ra\n"
    "  slli a0, a0, 1\n"
    "  jal through_t0\n"
    "  jr t3\n"
    ".size after_call, .-after_call\n");

int main(void) {
  uint64_t count = 0, sum = 0;
  for (uint64_t i = 0; i < 10000; i++) {
    sum += through_t0(i) ^ after_call(i);
    count++;
  }
  printf("%lu %lu\n", count, sum);
  return 0;
}
