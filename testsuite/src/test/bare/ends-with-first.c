// When the first thread returns, the cVM ends with its result, whatever the others do.
#include "hostcall.h"

static void spin(void *argument) {
  for (;;) __asm__ volatile("");
}

static void block(void *argument) {
  hostcall(SEM_DOWN, (long)argument, 0);
}

long _start(void) {
  start(spin, 0);
  start(block, (void *)hostcall(SEM_ALLOC, 0, 0));
  hostcall(TIMER_SET, hostcall(TIMER_ALLOC, (long)spin, 0), 1000);
  print("first\n");
  return 42;
}
