// Makes hostcalls that nested-outer.c serves.
#include "nested.h"

static long counter = 41;

static void thread(void *semaphore) { hostcall(SEM_UP, (long)semaphore, 0); }

void _start(void) {
  CHECK(1, hostcall(TIME, 0, 0) == -EPERM);
  CHECK(2, hostcall3(5000, 1, 2, 3) == 6);
  CHECK(3, hostcall(5001, (long)&counter, 0) == 42 && counter == 42);
  CHECK(4, hostcall(5002, 0, 0) == -ENOSYS);
  // The outer cVM copies with no more authority than this one has.
  CHECK(5, hostcall(PRINT, 0x20000, 4) == -EFAULT);
  CHECK(6, hostcall(PASS_ON, 0, 0) == -EINVAL);
  long semaphore = hostcall(SEM_ALLOC, 0, 0);
  long handle = start(thread, (void *)semaphore);
  CHECK(7, semaphore > 0 && handle > 0);
  CHECK(8, hostcall(SEM_DOWN, semaphore, 0) == 0);
  CHECK(9, hostcall(THREAD_JOIN, handle, 0) == 0);
  print("hello\n");
  leave(7);
}
