/*
 * A hot loop that calls on other stacks, far apart, without leaving its own frame, as a library OS
 * and segmented stacks do; frames from small to beyond 64 KiB on them, and stack arguments.
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

long on_stack(long (*function)(long), long argument, char *sp);

__asm__(
    ".text\n"
    ".type on_stack, @function\n"
    "on_stack:\n"
    "  addi sp, sp, -32\n"
    "  sd ra, 24(sp)\n"
    "  sd s0, 16(sp)\n"
    "  mv s0, sp\n"
    "  mv a3, a0\n"
    "  mv a0, a1\n"
    "  mv sp, a2\n"
    "  jalr a3\n"
    "  mv sp, s0\n"
    "  ld ra, 24(sp)\n"
    "  ld s0, 16(sp)\n"
    "  addi sp, sp, 32\n"
    "  ret\n"
    ".size on_stack, .-on_stack\n");

static __attribute__((noinline)) long ten(
    long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
  volatile long sum = a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
  return sum;
}

static __attribute__((noinline)) long small(long n) {
  volatile long a = n, b = n + 1;
  return ten(a, b, n, n, n, n, n, n, a + 3, b + 4);
}

static __attribute__((noinline)) long medium(long n) {
  volatile char room[5000];
  room[0] = (char)n;
  room[4999] = (char)(n + 1);
  return room[0] + room[4999] + small(n);
}

static __attribute__((noinline)) long big(long n) {
  volatile char room[100000];
  room[0] = (char)n;
  room[50000] = (char)(n + 1);
  room[99999] = (char)(n + 2);
  return room[0] + room[50000] + room[99999] + small(n);
}

static __attribute__((noinline)) long variable(long n) {
  char *room = alloca((size_t)(n & 255) * 16 + 16);
  memset(room, (int)n, (size_t)(n & 255) * 16 + 16);
  volatile long saved = room[(n & 255) * 16];
  return saved + small(n);
}

int main(void) {
  enum { STACKS = 3, SIZE = 1 << 18, DISTANCE = 8 << 20 };
  char *tops[STACKS];
  char *space = mmap(NULL, (size_t)STACKS * DISTANCE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  for (int i = 0; i < STACKS; i++) {
    tops[i] = space + (size_t)i * DISTANCE + SIZE;
  }
  long (*const functions[])(long) = {small, medium, small, big, variable};
  unsigned long sum = 0;
  for (long i = 0; i < 300000; i++) {
    sum = sum * 31 + (unsigned long)on_stack(functions[i % 5], i, tops[i % STACKS]);
    sum = sum * 31 + (unsigned long)small(i);
  }
  printf("%lu\n", sum);
  return 0;
}
