// A fault of any thread ends the cVM.
#include "hostcall.h"

static void fault(void *argument) {
  *(volatile int *)argument = 1;
}

void _start(void) {
  long thread = start(fault, (void *)16);
  hostcall(THREAD_JOIN, thread, 0);
  for (;;) __asm__ volatile("");
}
