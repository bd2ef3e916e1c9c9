// One program with each way of transferring control that discovery has to recognise. It needs no
// library but libsample, and is linked in several ways; see the Makefile.

extern int sample_twice(int value);

static _Thread_local int depth = 7;

__attribute__((noreturn, noinline)) static void leave(int status) {
  register long a0 asm("a0") = status;
  register long a7 asm("a7") = 93;
  for (;;) {
    asm volatile("ecall" : : "r"(a0), "r"(a7) : "memory");
  }
}

// A dense switch: a jump table behind a bounds check.
__attribute__((noinline)) int classify(int kind, int value) {
  switch (kind) {
    case 0: return value + 3;
    case 1: return value * 5;
    case 2: return value ^ 77;
    case 3: return value << 3;
    case 4: return value / 9;
    case 5: return value - 1000;
    case 6: return value | 0x1234;
    case 7: return ~value;
    case 8: return value % 11;
    default: leave(3);
  }
}

// A threaded interpreter: computed gotos through a table of labels.
__attribute__((noinline)) int interpret(const unsigned char *code, int value) {
  static const void *const labels[] = {&&stop, &&add, &&twice, &&negate, &&again};
  int rounds = 3;
  goto *labels[*code];
add:
  value += code[1];
  code += 2;
  goto *labels[*code];
twice:
  value = sample_twice(value);
  code += 1;
  goto *labels[*code];
negate:
  value = -value;
  code += 1;
  goto *labels[*code];
again:
  if (rounds-- > 0) {
    code -= code[1];
  } else {
    code += 2;
  }
  goto *labels[*code];
stop:
  return value;
}

// Functions that only a table in data points to.
static int first(int value) { return value + 1; }
static int second(int value) { return value * value; }
static int third(int value) { return classify(value & 7, value) + 1; }
static int (*volatile table[])(int) = {first, second, third};

// A tail call through a pointer.
__attribute__((noinline)) int choose(int number, int value) { return table[number](value); }

// Tail calls of each other.
__attribute__((noinline)) int odd(unsigned n);
__attribute__((noinline)) int even(unsigned n) { return n == 0 ? 1 : odd(n - 1); }
__attribute__((noinline)) int odd(unsigned n) { return n == 0 ? 0 : even(n - 1); }

// Recursion.
__attribute__((noinline)) int fibonacci(int n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static const unsigned char program[] = {1, 5, 2, 3, 1, 9, 4, 3, 0};

__attribute__((used, noreturn)) static void run(void) {
  int sum = depth;
  for (int i = 0; i < 9; i++) {
    sum += classify(i, i);
  }
  sum += interpret(program, sum);
  for (int i = 0; i < 3; i++) {
    sum += choose(i, sum);
  }
  leave((sum + even(10) + fibonacci(9)) & 0x7f);
}

asm(".globl _start\n"
    ".type _start, @function\n"
    "_start:\n"
    "  tail run\n");
