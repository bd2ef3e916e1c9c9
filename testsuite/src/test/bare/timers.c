// Timers, the clock, entropy and limits.
#include "hostcall.h"

static long fired;
static volatile long calls[3];
static volatile long order[3];
static volatile long next;

static void fire(void *argument) {
  long n = (long)argument;
  calls[n]++;
  order[next++] = n;
  hostcall(SEM_UP, fired, 0);
  if (n == 2) leave(5);  // Ends the call, not the cVM.
}

void _start(void) {
  fired = hostcall(SEM_ALLOC, 0, 0);
  long timers[3];
  for (long n = 0; n < 3; n++) {
    timers[n] = hostcall(TIMER_ALLOC, (long)fire, n);
    CHECK(1, timers[n] > 0);
  }
  long before = hostcall(TIME, 0, 0);
  CHECK(2, hostcall(TIMER_SET, timers[0], 600000000) == 0);
  CHECK(3, hostcall(TIMER_SET, timers[1], 300000000) == 0);
  CHECK(4, hostcall(TIMER_SET, timers[2], 1) == 0);
  for (int i = 0; i < 3; i++) hostcall(SEM_DOWN, fired, 0);
  long took = hostcall(TIME, 0, 0) - before;
  CHECK(5, took >= 590000000);
  CHECK(6, order[0] == 2 && order[1] == 1 && order[2] == 0);

  // Neither one that was taken back nor one that is gone fires.
  next = 0;
  CHECK(7, hostcall(TIMER_SET, timers[0], 100000000) == 0);
  CHECK(8, hostcall(TIMER_SET, timers[0], 0) == 0);
  CHECK(9, hostcall(TIMER_SET, timers[2], 100000000) == 0);
  CHECK(10, hostcall(TIMER_FREE, timers[2], 0) == 0);
  CHECK(11, hostcall(TIMER_SET, timers[1], 300000000) == 0);
  hostcall(SEM_DOWN, fired, 0);
  CHECK(12, calls[0] == 1 && calls[1] == 2 && calls[2] == 1);

  CHECK(13, hostcall(TIMER_FREE, timers[2], 0) == -EINVAL);
  CHECK(14, hostcall(TIMER_SET, timers[2], 1) == -EINVAL && hostcall(TIMER_SET, 0, 1) == -EINVAL);
  CHECK(15, hostcall(TIMER_SET, timers[1], -1) == -EINVAL);
  long made = 2;
  while (hostcall(TIMER_ALLOC, (long)fire, 0) > 0) made++;
  CHECK(16, made == 64);

  unsigned char random[256];
  for (int i = 0; i < 256; i++) random[i] = 0;
  CHECK(17, hostcall(ENTROPY, (long)random, 256) == 0);
  int zeroes = 0;
  for (int i = 0; i < 256; i++) zeroes += random[i] == 0;
  CHECK(18, zeroes < 32);
  CHECK(19, hostcall(ENTROPY, (long)random, 257) == -EINVAL);
  CHECK(20, hostcall(ENTROPY, -8, 16) == -EFAULT && hostcall(ENTROPY, 0, 16) == -EFAULT);
  long size = hostcall(LIMIT, 0, 0);
  CHECK(21, hostcall(ENTROPY, size - 8, 16) == -EFAULT);
  CHECK(22, hostcall(PRINT, size - 8, 16) == -EFAULT && hostcall(PRINT, (long)random, -1) == -EFAULT);
  CHECK(23, hostcall(PRINT, size - 8, 0x7fffffffffffffff) == -EFAULT);
  // The guard below the first stack.
  long guard = (size & -hostcall(LIMIT, 2, 0)) - hostcall(LIMIT, 2, 0);
  CHECK(24, hostcall(ENTROPY, guard, 8) == -EFAULT && hostcall(PRINT, guard, 8) == -EFAULT);
  CHECK(25, hostcall(LIMIT, 4, 0) == -EINVAL && hostcall(2, 0, 0) == -ENOSYS);
  CHECK(26, hostcall(-1, 0, 0) == -ENOSYS && hostcall(1L << 40, 0, 0) == -ENOSYS);
  print("timers ok\n");
  leave(0);
}
