/* Recursion, and calls through pointers. */
#include "kernels.h"

static NOINLINE uint64_t fib_of(uint64_t n) {
  return n < 2 ? n : fib_of(n - 1) + fib_of(n - 2);
}

uint64_t fib(void) {
  return fib_of(opaque(37));
}

static NOINLINE double fib_of_double(double n) {
  return n < 2 ? n : fib_of_double(n - 1) + fib_of_double(n - 2);
}

uint64_t fib_double(void) {
  return (uint64_t)fib_of_double((double)opaque(35));
}

typedef uint64_t operation(uint64_t a, uint64_t b);

static uint64_t add(uint64_t a, uint64_t b) { return a + b; }
static uint64_t subtract(uint64_t a, uint64_t b) { return a - b; }
static uint64_t multiply(uint64_t a, uint64_t b) { return a * (b | 1); }
static uint64_t exclusive_or(uint64_t a, uint64_t b) { return a ^ b; }
static uint64_t rotate(uint64_t a, uint64_t b) { return a << ((b & 31) + 1) | a >> (63 - (b & 31)); }
static uint64_t shift(uint64_t a, uint64_t b) { return (a >> (b & 15)) + b; }
static uint64_t minimum(uint64_t a, uint64_t b) { return a < b ? a + 1 : b + a; }
static uint64_t mix(uint64_t a, uint64_t b) { return (a ^ a >> 29) + (b << 7); }

/* Not const: the compiler must not see the targets. */
static operation *one[8] = {add, add, add, add, add, add, add, add};
static operation *many[8] = {add, subtract, multiply, exclusive_or, rotate, shift, minimum, mix};

enum { CALLS = 20000000 };

static NOINLINE uint64_t call_all(operation **table, uint64_t calls) {
  uint64_t value = 1;
  for (uint64_t i = 0; i < calls; i++) {
    value = table[(i ^ i >> 3) & 7](value, i);
  }
  return value;
}

uint64_t calls_one_target(void) {
  return call_all((operation **)opaque((uintptr_t)one), CALLS);
}

uint64_t calls_many_targets(void) {
  return call_all((operation **)opaque((uintptr_t)many), CALLS);
}
