/*
 * Results and flags of arithmetic in hot loops: with exact operands before NX has accrued, with
 * inexact ones behind, and in between with values at the edges, in every rounding mode.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { WARM = 20000, EDGES = 24 };

static const double doubles[EDGES] = {
    0.0,       -0.0,       1.0,        -1.5,      3.0,        1.0 / 3,    0x1p-1022, 0x1.0000000000001p-1022,
    0x1p-1074, -0x1p-1022, 0x1p-511,   0x1p-512,  -0x1p-537,  0x1p-960,   0x1p-961,  0x1.8p-1000,
    0x1p1023,  -0x1p1023,  0x1.fffffffffffffp1023, 1e300, __builtin_inf(), -__builtin_inf(), __builtin_nan(""), 0x1.fffffffffffffp0,
};

static const float singles[EDGES] = {
    0.0f,      -0.0f,     1.0f,      -1.5f,     3.0f,      1.0f / 3,  0x1p-126f, 0x1.000002p-126f,
    0x1p-149f, -0x1p-126f, 0x1p-63f, 0x1p-64f,  -0x1p-75f, 0x1p-100f, 0x1p-24f,  0x1.8p-120f,
    0x1p127f,  -0x1p127f, 0x1.fffffep127f, 1e30f, __builtin_inff(), -__builtin_inff(), __builtin_nanf(""), 0x1.fffffep0f,
};

static void set(unsigned long fcsr) { __asm__ volatile("fscsr %0" ::"r"(fcsr)); }

static uint64_t flags(void) {
  uint64_t value;
  __asm__ volatile("frflags %0" : "=r"(value));
  return value;
}

static uint64_t mix(uint64_t hash, uint64_t value) { return (hash << 7 | hash >> 57) * 5 + value; }

static uint64_t bits(double value) {
  uint64_t all;
  memcpy(&all, &value, sizeof all);
  return all;
}

static uint64_t bits_single(float value) {
  uint32_t all;
  memcpy(&all, &value, sizeof all);
  return all;
}

#define OPERATION(name, type, image, text)                                                \
  __attribute__((noinline)) static uint64_t name(const void *a, const void *b,            \
                                                 const void *c, long n) {        \
    const type *x = a, *y = b, *z = c;                                                    \
    uint64_t hash = 0;                                                                    \
    for (long i = 0; i < n; i++) {                                                        \
      type r = 0;                                                                         \
      __asm__ volatile(text : "+f"(r) : "f"(*x), "f"(*y), "f"(*z));                       \
      hash = mix(hash, image(r));                                                         \
    }                                                                                     \
    return hash;                                                                          \
  }

#define OPERATIONS(apply)                                     \
  apply(add, "fadd", "%0, %1, %2")                            \
  apply(subtract, "fsub", "%0, %1, %2")                       \
  apply(multiply, "fmul", "%0, %1, %2")                       \
  apply(divide, "fdiv", "%0, %1, %2")                         \
  apply(root, "fsqrt", "%0, %1")                              \
  apply(multiply_add, "fmadd", "%0, %1, %2, %3")              \
  apply(multiply_subtract, "fmsub", "%0, %1, %2, %3")         \
  apply(negated_subtract, "fnmsub", "%0, %1, %2, %3")         \
  apply(negated_add, "fnmadd", "%0, %1, %2, %3")

#define BOTH(name, mnemonic, operands)                                         \
  OPERATION(name##_double, double, bits, mnemonic ".d " operands)              \
  OPERATION(name##_single, float, bits_single, mnemonic ".s " operands)

OPERATIONS(BOTH)

typedef uint64_t operation(const void *a, const void *b, const void *c, long n);

static uint64_t edges(operation *run, const char *values, size_t size, unsigned long fcsr) {
  uint64_t hash = 0;
  for (int i = 0; i < EDGES; i++) {
    for (int j = 0; j < EDGES; j++) {
      const char *c = values + (i * 7 + j) % EDGES * size;
      set(fcsr);
      hash = mix(hash, run(values + i * size, values + j * size, c, 1));
      hash = mix(hash, flags());
    }
  }
  return hash;
}

/* Warm is one exact operand or an inexact one, many times; the JIT compiler believes it. */
static void all(const char *name, operation *run, const char *values, size_t size) {
  printf("%s", name);
  for (unsigned long accrued = 0; accrued < 2; accrued++) {
    const char *operand = values + (accrued ? 5 : 2) * size;
    for (int round = 0; round < 2; round++) {
      set(accrued);
      uint64_t hash = run(operand, values + 2 * size, values + 2 * size, WARM);
      printf(" %lx:%lx", hash, flags());
      printf(" %lx", edges(run, values, size, accrued));
    }
  }
  for (unsigned long mode = 1; mode < 5; mode++) {
    printf(" %lx", edges(run, values, size, mode << 5 | 1));
  }
  set(0);
  printf("\n");
}

#define RUN(name, mnemonic, operands)                                                \
  all(#name " double", name##_double, (const char *)doubles, sizeof doubles[0]);     \
  all(#name " single", name##_single, (const char *)singles, sizeof singles[0]);

/* A sum between the load of a jump table's entry and the jump. */
double sum_in_switch(unsigned long index, double a, double b);

__asm__(
    ".text\n"
    ".type sum_in_switch, @function\n"
    "sum_in_switch:\n"
    "  li a5, 2\n"
    "  bgtu a0, a5, 9f\n"
    "  lla a4, .Ltable\n"
    "  slli a0, a0, 2\n"
    "  add a0, a0, a4\n"
    "  lw a5, 0(a0)\n"
    "  fadd.d fa0, fa0, fa1\n"
    "  add a5, a5, a4\n"
    "  jr a5\n"
    "1:  fadd.d fa0, fa0, fa1\n"
    "  ret\n"
    "2:  fmul.d fa0, fa0, fa1\n"
    "  ret\n"
    "9:  ret\n"
    ".size sum_in_switch, .-sum_in_switch\n"
    ".section .rodata\n"
    "  .balign 4\n"
    ".Ltable: .word 1b - .Ltable, 2b - .Ltable, 9b - .Ltable\n"
    ".text\n");

int main(void) {
  OPERATIONS(RUN)
  double sum = 0;
  for (unsigned long i = 0; i < WARM; i++) {
    sum += sum_in_switch(i & 3, (double)i, 0.5);
  }
  printf("%a %lx\n", sum, flags());
  return 0;
}
