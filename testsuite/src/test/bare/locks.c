// Semaphores and mutexes, used by several threads, and what is wrong about each.
#include "hostcall.h"

enum { THREADS = 4, ROUNDS = 2000 };

static long mutex, empty, full;
static long counter;
static long slot;
static volatile long held;

static void count(void *argument) {
  for (int i = 0; i < ROUNDS; i++) {
    CHECK(1, hostcall(MUTEX_LOCK, mutex, 0) == 0);
    // Not atomic: only the mutex makes it right.
    long seen = counter;
    if (i % 64 == 0) hostcall(TIME, 0, 0);
    counter = seen + 1;
    CHECK(2, hostcall(MUTEX_UNLOCK, mutex, 0) == 0);
  }
}

static void produce(void *argument) {
  for (long i = 1; i <= ROUNDS; i++) {
    hostcall(SEM_DOWN, empty, 0);
    slot = i;
    hostcall(SEM_UP, full, 0);
  }
}

static void unlockOthers(void *argument) {
  CHECK(3, hostcall(MUTEX_UNLOCK, mutex, 0) == -EPERM);
}

static long second;

static void crosswise(void *argument) {
  hostcall(MUTEX_LOCK, second, 0);
  held = 1;
  long got = hostcall(MUTEX_LOCK, mutex, 0);
  if (got == 0) hostcall(MUTEX_UNLOCK, mutex, 0);
  hostcall(MUTEX_UNLOCK, second, 0);
}

void _start(void) {
  mutex = hostcall(MUTEX_ALLOC, 0, 0);
  long threads[THREADS];
  for (int i = 0; i < THREADS; i++) threads[i] = start(count, 0);
  for (int i = 0; i < THREADS; i++) CHECK(10, hostcall(THREAD_JOIN, threads[i], 0) == 0);
  CHECK(11, counter == THREADS * ROUNDS);

  empty = hostcall(SEM_ALLOC, 1, 0);
  full = hostcall(SEM_ALLOC, 0, 0);
  long producer = start(produce, 0);
  for (long i = 1; i <= ROUNDS; i++) {
    hostcall(SEM_DOWN, full, 0);
    CHECK(12, slot == i);
    hostcall(SEM_UP, empty, 0);
  }
  CHECK(13, hostcall(THREAD_JOIN, producer, 0) == 0);

  CHECK(14, hostcall(MUTEX_LOCK, mutex, 0) == 0);
  CHECK(15, hostcall(MUTEX_LOCK, mutex, 0) == -EDEADLK);
  CHECK(16, hostcall(MUTEX_FREE, mutex, 0) == -EBUSY);
  long other = start(unlockOthers, 0);
  CHECK(17, hostcall(THREAD_JOIN, other, 0) == 0);

  // Each has what the other wants: the one that would close the circle is told.
  second = hostcall(MUTEX_ALLOC, 0, 0);
  long crossing = start(crosswise, 0);
  while (!held) hostcall(TIME, 0, 0);
  long got = hostcall(MUTEX_LOCK, second, 0);
  CHECK(18, got == 0 || got == -EDEADLK);
  CHECK(19, hostcall(MUTEX_UNLOCK, mutex, 0) == 0);
  if (got == 0) hostcall(MUTEX_UNLOCK, second, 0);
  CHECK(20, hostcall(THREAD_JOIN, crossing, 0) == 0);
  CHECK(21, hostcall(MUTEX_UNLOCK, mutex, 0) == -EPERM);

  long recursive = hostcall(MUTEX_ALLOC, 1, 0);
  for (int i = 0; i < 3; i++) CHECK(22, hostcall(MUTEX_LOCK, recursive, 0) == 0);
  for (int i = 0; i < 3; i++) CHECK(23, hostcall(MUTEX_UNLOCK, recursive, 0) == 0);
  CHECK(24, hostcall(MUTEX_UNLOCK, recursive, 0) == -EPERM);
  CHECK(25, hostcall(MUTEX_FREE, recursive, 0) == 0 && hostcall(MUTEX_FREE, recursive, 0) == -EINVAL);
  CHECK(26, hostcall(MUTEX_LOCK, recursive, 0) == -EINVAL && hostcall(MUTEX_UNLOCK, 12345, 0) == -EINVAL);

  CHECK(27, hostcall(SEM_ALLOC, -1, 0) == -EINVAL && hostcall(SEM_ALLOC, 1L << 32, 0) == -EINVAL);
  CHECK(28, hostcall(SEM_FREE, empty, 0) == 0 && hostcall(SEM_FREE, empty, 0) == -EINVAL);
  CHECK(29, hostcall(SEM_UP, empty, 0) == -EINVAL && hostcall(SEM_DOWN, 0, 0) == -EINVAL);
  CHECK(30, hostcall(SEM_UP, -1, 0) == -EINVAL && hostcall(SEM_UP, 1L << 62, 0) == -EINVAL);
  long made = 0;
  while (hostcall(SEM_ALLOC, 0, 0) > 0) made++;
  CHECK(31, made == 1023 && hostcall(SEM_ALLOC, 0, 0) == -EAGAIN);
  print("locks ok\n");
  leave(0);
}
