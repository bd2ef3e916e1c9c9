/*
 * A million frames on an 8 MiB stack, and deep recursion of ordinary frames on a thread's.
 *
 * An ABI frame is at least 16 bytes, so the million are hand-written: each holds only ra.
 *
 * build: -pthread
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

uint64_t nest(uint64_t depth);

__asm__(
    ".text\n"
    ".globl nest\n"
    ".type nest, @function\n"
    "nest:\n"
    "  beqz a0, 1f\n"
    "  addi sp, sp, -8\n"
    "  sd ra, 0(sp)\n"
    "  addi a0, a0, -1\n"
    "  call nest\n"
    "  slli a1, a0, 1\n"
    "  xor a0, a0, a1\n"
    "  addi a0, a0, 1\n"
    "  ld ra, 0(sp)\n"
    "  addi sp, sp, 8\n"
    "1:\n"
    "  ret\n"
    ".size nest, .-nest\n");

static __attribute__((noinline)) uint64_t descend(uint64_t depth, uint64_t *parent) {
  uint64_t here = depth;
  if (depth == 0) {
    return *parent;
  }
  uint64_t below = descend(depth - 1, &here);
  return below * 3 + here + *parent;
}

static void *on_thread(void *result) {
  uint64_t top = 1;
  *(uint64_t *)result = descend(1000000, &top);
  return NULL;
}

int main(void) {
  printf("%lu\n", nest(1000000));
  printf("%lu\n", nest(1000000));
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 96 << 20);
  pthread_t thread;
  uint64_t result = 0;
  if (pthread_create(&thread, &attributes, on_thread, &result) != 0) {
    return 1;
  }
  pthread_join(thread, NULL);
  printf("%lu\n", result);
  return 0;
}
