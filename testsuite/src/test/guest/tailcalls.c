/*
 * 10^8 mutual and 10^8 indirect tail calls: in constant stack, the guest's and the JVM's.
 *
 * build: -foptimize-sibling-calls
 * large:
 */
#include <stdint.h>
#include <stdio.h>

typedef uint64_t step(uint64_t n, uint64_t value);

uint64_t even(uint64_t n, uint64_t value);
uint64_t odd(uint64_t n, uint64_t value);

__attribute__((noinline, noclone)) uint64_t even(uint64_t n, uint64_t value) {
  return n == 0 ? value : odd(n - 1, value * 5 + 1);
}

__attribute__((noinline, noclone)) uint64_t odd(uint64_t n, uint64_t value) {
  return n == 0 ? ~value : even(n - 1, value ^ n);
}

extern step *const table[4];

__attribute__((noinline, noclone)) static uint64_t first(uint64_t n, uint64_t value) {
  return n == 0 ? value : table[value >> 7 & 3](n - 1, value + n);
}

__attribute__((noinline, noclone)) static uint64_t second(uint64_t n, uint64_t value) {
  return n == 0 ? value : table[value >> 3 & 3](n - 1, value * 3);
}

__attribute__((noinline, noclone)) static uint64_t third(uint64_t n, uint64_t value) {
  return n == 0 ? value : table[value >> 5 & 3](n - 1, value ^ value >> 11);
}

/* A frame of its own before the tail call. */
__attribute__((noinline, noclone)) static uint64_t fourth(uint64_t n, uint64_t value) {
  volatile uint64_t saved = value;
  if (n == 0) {
    return value;
  }
  return table[saved >> 4 & 3](n - 1, saved * 7 + 13);
}

step *const table[4] = {first, second, third, fourth};

int main(void) {
  printf("%lu\n", even(100000000, 1));
  printf("%lu\n", even(99999999, 2));
  printf("%lu\n", first(100000000, 3));
  return 0;
}
