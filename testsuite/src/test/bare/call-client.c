// Calls functions of other cVMs: see CallsBetweenTest.
#include "calls.h"

enum { THREADS = 8, CALLS = 10000 };

static long counter;

static void count(void *unused) {
  for (long i = 0; i < CALLS; i++) CHECK(10, call(counter, 1, 0, 0) > 0);
}

void _start(void) {
  long control = await_open("control");
  CHECK(1, open("private") == -EACCES);
  char bytes[5] = "abcde";
  CHECK(2, call_with(open("turn"), bytes, sizeof bytes) == 6);
  for (long i = 0; i < 5; i++) CHECK(3, bytes[i] == 'e' - i);

  // The victim is gone, but not the function that it called, which still holds a mutex; nor the one
  // that this one leaves.
  long hold = open("hold");
  CHECK(4, call(control, 0, 0, 0) == 1 && call(control, 2, 0, 0) == 0);
  CHECK(5, call_for(hold, 0, 20000000) == -ETIMEDOUT);
  while (call(control, 0, 0, 0) != 2) {}
  CHECK(6, call(control, 2, 0, 0) == 0 && call(control, 1, 0, 0) == 0);
  while (call(control, 2, 0, 0) != 1) {}
  CHECK(16, call(control, 1, 0, 0) == 0);
  while (call(control, 2, 0, 0) != 2) {}

  counter = open("count");
  long ids[THREADS];
  for (long i = 0; i < THREADS; i++) CHECK(7, (ids[i] = start(count, 0)) > 0);
  for (long i = 0; i < THREADS; i++) CHECK(8, hostcall(THREAD_JOIN, ids[i], 0) == 0);
  CHECK(9, call(counter, 0, 0, 0) == THREADS * CALLS);

  CHECK(11, call(await_open("fault"), 0, 0, 0) == -EPIPE);
  long exits = await_open("exit");
  CHECK(12, call(exits, 0, 0, 0) == -EPIPE);
  CHECK(13, call(exits, 0, 0, 0) == -EPIPE);
  CHECK(14, call(await_open("out-of-time"), 0, 0, 0) == -EPIPE);
  call(control, 3, 0, 0); // The server may end before it says that it will.
  print("called\n");
  leave(0);
}
