// A cVM that ends while others wait for its function: MODE says how.
#include "calls.h"

enum { FAULT, EXIT, OUT_OF_TIME };

static long called;

static long die(long cookie, long x, long y, long z, char *bytes, long size) {
  hostcall(SEM_UP, called, 0);
  if (MODE == FAULT) *(volatile int *)16 = 1;
  if (MODE == OUT_OF_TIME) hostcall(SEM_DOWN, hostcall(SEM_ALLOC, 0, 0), 0);
  for (;;) __asm__ volatile("");
}

void _start(void) {
  called = hostcall(SEM_ALLOC, 0, 0);
  CHECK(1, publish(NAME, die, 0, 0) > 0);
  CHECK(2, hostcall(SEM_DOWN, called, 0) == 0);
  if (MODE == EXIT) leave(3);
  // Uses the processor time up that the cVM has.
  for (;;) __asm__ volatile("");
}
