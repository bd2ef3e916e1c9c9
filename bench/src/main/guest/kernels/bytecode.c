/* Two bytecode interpreters: a small one, and one in a function far above the JVM's 8,000 bytes. */
#include "kernels.h"

enum {
  LOAD_CONSTANT,
  MOVE,
  ADD,
  SUBTRACT,
  MULTIPLY,
  EXCLUSIVE_OR,
  SHIFT_RIGHT,
  LOAD,
  STORE,
  JUMP_IF_LESS,
  JUMP_IF_NOT_ZERO,
  DECREMENT,
  HALT,
};

struct operation {
  uint8_t code, a, b, c;
};

static NOINLINE uint64_t interpret(const struct operation *program, uint64_t *registers,
                                   uint64_t *memory) {
  const struct operation *pc = program;
  for (;;) {
    struct operation o = *pc++;
    switch (o.code) {
      case LOAD_CONSTANT: registers[o.a] = (uint64_t)o.b << 8 | o.c; break;
      case MOVE: registers[o.a] = registers[o.b]; break;
      case ADD: registers[o.a] = registers[o.b] + registers[o.c]; break;
      case SUBTRACT: registers[o.a] = registers[o.b] - registers[o.c]; break;
      case MULTIPLY: registers[o.a] = registers[o.b] * registers[o.c]; break;
      case EXCLUSIVE_OR: registers[o.a] = registers[o.b] ^ registers[o.c]; break;
      case SHIFT_RIGHT: registers[o.a] = registers[o.b] >> (o.c & 63); break;
      case LOAD: registers[o.a] = memory[registers[o.b] & 255]; break;
      case STORE: memory[registers[o.b] & 255] = registers[o.a]; break;
      case JUMP_IF_LESS: if (registers[o.a] < registers[o.b]) pc = program + o.c; break;
      case JUMP_IF_NOT_ZERO: if (registers[o.a] != 0) pc = program + o.c; break;
      case DECREMENT: registers[o.a]--; break;
      case HALT: return registers[o.a];
      default: return 0;
    }
  }
}

/* for (r0 = outer; r0; r0--) for (r1 = 0; r1 < r2; r1 += 1) mix r3 with memory. Not const. */
static struct operation program[] = {
    {LOAD_CONSTANT, 0, 0x50, 0x00}, {LOAD_CONSTANT, 2, 0x00, 0xc8}, {LOAD_CONSTANT, 4, 0, 1},
    {LOAD_CONSTANT, 6, 0x6d, 0x35}, {LOAD_CONSTANT, 1, 0, 0},
    {LOAD, 5, 1, 0}, {ADD, 3, 3, 5}, {MULTIPLY, 3, 3, 6}, {SHIFT_RIGHT, 5, 3, 17},
    {EXCLUSIVE_OR, 3, 3, 5}, {STORE, 3, 1, 0}, {ADD, 1, 1, 4}, {JUMP_IF_LESS, 1, 2, 5},
    {MOVE, 7, 3, 0}, {SUBTRACT, 3, 7, 0}, {DECREMENT, 0, 0, 0}, {JUMP_IF_NOT_ZERO, 0, 0, 4},
    {HALT, 3, 0, 0},
};

uint64_t bytecode(void) {
  uint64_t registers[8] = {0}, memory[256];
  for (size_t i = 0; i < 256; i++) {
    memory[i] = i * opaque(0x9e3779b97f4a7c15ULL);
  }
  return interpret(program, registers, memory);
}

/* Each case does something of its own with three accumulators, so that none can be merged. */
#define CASE(n)                                                                            \
  case n:                                                                                  \
    a = (a ^ (n)*0x9e37u) + (b >> ((n) % 13 + 1));                                         \
    b = b * (2 * (n) + 3) + memory[(a >> 5) & 255];                                        \
    if (((a >> (n) % 7) & 1) != 0) { c ^= b + (n); } else { memory[c & 255] += a; c += 5; } \
    break;
#define CASE4(n) CASE(n) CASE(n + 1) CASE(n + 2) CASE(n + 3)
#define CASE16(n) CASE4(n) CASE4(n + 4) CASE4(n + 8) CASE4(n + 12)
#define CASE64(n) CASE16(n) CASE16(n + 16) CASE16(n + 32) CASE16(n + 48)

enum { BIG_STEPS = 4000000 };

static NOINLINE uint64_t big_interpret(const uint8_t *code, uint64_t *memory, uint64_t steps) {
  uint64_t a = 1, b = 2, c = 3;
  for (uint64_t i = 0; i < steps; i++) {
    switch (code[i & 4095]) {
      CASE64(0) CASE64(64) CASE64(128) CASE16(192) CASE4(208)
      default: a += c; break;
    }
  }
  return a ^ b ^ c;
}

uint64_t big_switch(void) {
  static uint8_t code[4096];
  uint64_t memory[256] = {0};
  uint64_t state = opaque(0x2b992ddfa23249d6ULL);
  for (size_t i = 0; i < sizeof code; i++) {
    /* Mostly a few cases, as real programs have it. */
    uint64_t random = next_random(&state);
    code[i] = (uint8_t)(random % 4 == 0 ? random >> 32 : random >> 32 & 15);
  }
  return big_interpret(code, memory, BIG_STEPS);
}
