// Hostcalls at the last depths of the JVM's stack, which is a cache of the guest's: it is emptied when the guest's
// has grown by 768 KiB since the last time, and by 48 KiB on a stack that is new. In all frames of the last
// 256 KiB before and some behind, each of NUMBERS is called, with arguments that are wrong in all of them. They
// must give what they give at the top. Every 1,024 frames threads are made by MAKING. Calls of EMPTYING leave all
// frames of the JVM's stack before they are carried out: the last 1,000 frames make them.
#include "hostcall.h"

static const int numbers[] = {NUMBERS};
static const int making[] = {MAKING};
static const int emptying[] = {EMPTYING};

enum {
  COUNT = sizeof numbers / sizeof *numbers,
  MAKINGS = sizeof making / sizeof *making,
  EMPTYINGS = sizeof emptying / sizeof *emptying,
  EVERY = 1024,
  EMPTIED = (768 << 10) + (48 << 10),
  LAST = 1000
};

static long expected[COUNT];
static long made[MAKINGS];
static volatile long wrong, calls;
static char stack[8 << 20] __attribute__((aligned(16)));

static void nothing(void *argument) {}

static long wrongly(int number) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0") = -1;
  register long a1 __asm__("a1") = -1;
  register long a2 __asm__("a2") = -1;
  register long a3 __asm__("a3") = -1;
  register long a4 __asm__("a4") = -1;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(t5), "r"(a1), "r"(a2), "r"(a3), "r"(a4) : "memory");
  calls++;
  return a0;
}

static char *top;

// Whether the JVM's stack is nearly full, or was emptied a moment ago.
static int counts(const char *frame) {
  long depth = top - frame;
  return depth < (8 << 10) || depth > EMPTIED - (256 << 10) && depth < EMPTIED + (16 << 10);
}

__attribute__((noinline)) static long deep(long n) {
  volatile long left = n, space[8];
  space[0] = n;
  for (int i = 0; i < COUNT && counts(__builtin_frame_address(0)); i++) {
    long result = wrongly(numbers[i]);
    if (result != expected[i] && numbers[i] != TIME) wrong++;
  }
  if (n % EVERY == 1) {
    for (int i = 0; i < MAKINGS; i++) {
      if (hostcall(making[i], (long)nothing, 0) != made[i]) wrong++;
    }
  }
  for (int i = 0; n < LAST && i < EMPTYINGS; i++) {
    if (wrongly(emptying[i]) >= 0) wrong++;
  }
  long below = left == 0 ? 0 : deep(n - 1) + 1;
  return left == n && space[0] == n && below == n ? n : -1;
}

static void number(long value) {
  char text[21];
  int at = 20;
  text[at] = 0;
  do text[--at] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  print(text + at);
}

__attribute__((used)) void run(void) {
  // Tables of what can be made without arguments fill up first.
  for (int round = 0; round < 1100; round++) {
    for (int i = 0; i < COUNT; i++) expected[i] = wrongly(numbers[i]);
  }
  for (int i = 0; i < MAKINGS; i++) made[i] = hostcall(making[i], (long)nothing, 0);
  calls = 0;
  top = __builtin_frame_address(0);
  long result = deep(FRAMES);
  number(calls);
  print(result == FRAMES ? " calls, returned, wrong " : " calls, LOST, wrong ");
  number(wrong);
  print("\n");
  leave(0);
}

// On a stack that is larger than those that the Intravisor gives.
__attribute__((naked)) void _start(void) {
  __asm__("lla sp, %0\n\tli t0, 8 << 20\n\tadd sp, sp, t0\n\tj run" : : "i"(stack));
}
