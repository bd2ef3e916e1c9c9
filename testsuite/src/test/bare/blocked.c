// Threads that do not end by themselves, each CASE in another way; all harts of a case are like that.
#include "hostcall.h"

static long handle;

static void other(void *argument) {
#if CASE == 1
  hostcall(MUTEX_LOCK, handle, 0);
  hostcall(SEM_DOWN, hostcall(SEM_ALLOC, 0, 0), 0);
#elif CASE == 2
  hostcall(SEM_DOWN, handle, 0);
#else
  for (;;) __asm__ volatile("");
#endif
}

void _start(void) {
#if CASE == 0
  hostcall(SEM_DOWN, hostcall(SEM_ALLOC, 0, 0), 0);
#elif CASE == 1
  handle = hostcall(MUTEX_ALLOC, 0, 0);
  long thread = start(other, 0);
  while (hostcall(MUTEX_LOCK, handle, 0) == 0) hostcall(MUTEX_UNLOCK, handle, 0);
#elif CASE == 2
  handle = hostcall(SEM_ALLOC, 0, 0);
  hostcall(THREAD_JOIN, start(other, 0), 0);
#elif CASE == 3
  // Nobody reads.
  for (;;) print("................................................................");
#elif CASE == 4
  start(other, 0);
  for (;;) __asm__ volatile("");
#elif CASE == 5
  hostcall(TIMER_SET, hostcall(TIMER_ALLOC, (long)other, 0), 1000);
  hostcall(SEM_DOWN, hostcall(SEM_ALLOC, 0, 0), 0);
#elif CASE == 6
  for (;;) hostcall(TIME, 0, 0);
#endif
}
