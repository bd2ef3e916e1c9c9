// Threads: create, join, detach, exit and what is wrong about each; values of their own.
#include "hostcall.h"

static volatile long done[64];
static volatile long ids[64];
static long key;
static long gate;

static void mark(void *argument) {
  long n = (long)argument;
  ids[n] = hostcall(THREAD_SELF, 0, 0);
  CHECK(1, hostcall(TLS_GET, key, 0) == 0);
  CHECK(2, hostcall(TLS_SET, key, n + 1) == 0);
  hostcall(SEM_DOWN, gate, 0);
  CHECK(3, hostcall(TLS_GET, key, 0) == n + 1);
  done[n] = 1;
  // Returning ends the thread.
}

static void exits(void *argument) {
  done[(long)argument] = 2;
  leave(7);
}

static void joinsFirst(void *argument) {
  // The first thread waits for this one.
  CHECK(4, hostcall(THREAD_JOIN, (long)argument, 0) == -EDEADLK);
}

void _start(void) {
  long self = hostcall(THREAD_SELF, 0, 0);
  CHECK(10, self > 0 && hostcall(GETTID, 0, 0) == self);
  key = hostcall(TLS_ALLOC, 0, 0);
  gate = hostcall(SEM_ALLOC, 0, 0);
  CHECK(11, key > 0 && gate > 0);
  CHECK(12, hostcall(TLS_SET, key, 99) == 0);

  long ids0[8];
  for (long n = 0; n < 8; n++) {
    ids0[n] = start(mark, (void *)n);
    CHECK(13, ids0[n] > 0 && ids0[n] != self);
  }
  for (long n = 0; n < 8; n++) hostcall(SEM_UP, gate, 0);
  for (long n = 0; n < 8; n++) {
    CHECK(14, hostcall(THREAD_JOIN, ids0[n], 0) == 0);
    CHECK(15, done[n] == 1 && ids[n] == ids0[n]);
    CHECK(16, hostcall(THREAD_JOIN, ids0[n], 0) == -ESRCH);
  }
  CHECK(17, hostcall(TLS_GET, key, 0) == 99);
  CHECK(18, hostcall(THREAD_EQUAL, self, self) == 1 && hostcall(THREAD_EQUAL, self, ids0[0]) == 0);

  long detached = start(exits, (void *)9);
  CHECK(19, detached > 0);
  CHECK(20, hostcall(THREAD_DETACH, detached, 0) == 0);
  while (!done[9]) hostcall(TIME, 0, 0);
  CHECK(21, hostcall(THREAD_JOIN, detached, 0) < 0);
  CHECK(22, hostcall(THREAD_JOIN, self, 0) == -EDEADLK);
  long other = start(joinsFirst, (void *)self);
  CHECK(23, hostcall(THREAD_JOIN, other, 0) == 0);
  CHECK(24, hostcall(THREAD_JOIN, 0, 0) == -ESRCH && hostcall(THREAD_JOIN, -1, 0) == -ESRCH);
  CHECK(25, hostcall(THREAD_DETACH, 1L << 40, 0) == -ESRCH);

  // As many as there can be, and again when they have ended.
  long most = hostcall(LIMIT, 3, 0);
  for (int round = 0; round < 3; round++) {
    long made[64];
    long n = 0;
    while (n < 64 && (made[n] = start(mark, (void *)n)) > 0) n++;
    CHECK(26, n >= most - 2 && n < most && made[n] == -EAGAIN);
    for (long i = 0; i < n; i++) hostcall(SEM_UP, gate, 0);
    for (long i = 0; i < n; i++) CHECK(27, hostcall(THREAD_JOIN, made[i], 0) == 0);
  }

  CHECK(28, hostcall(TLS_FREE, key, 0) == 0 && hostcall(TLS_FREE, key, 0) == -EINVAL);
  CHECK(29, hostcall(TLS_SET, key, 1) == -EINVAL);
  long next = hostcall(TLS_ALLOC, 0, 0);
  CHECK(30, next != key && hostcall(TLS_GET, next, 0) == 0);
  long keys = 1;
  while (hostcall(TLS_ALLOC, 0, 0) > 0) keys++;
  CHECK(31, keys == 128 && hostcall(TLS_ALLOC, 0, 0) == -EAGAIN);
  print("threads ok\n");
  leave(0);
}
