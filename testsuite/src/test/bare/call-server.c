// What other cVMs call: see CallsBetweenTest.
#include "calls.h"

static long mutex, gate, end;
static long counter;
static volatile long waiting, finished;

static long count(long cookie, long x, long y, long z, char *bytes, long size) {
  return __atomic_add_fetch(&counter, x, __ATOMIC_SEQ_CST);
}

// Waits with the mutex until somebody opens the gate, whatever becomes of the caller.
static long hold(long cookie, long x, long y, long z, char *bytes, long size) {
  __atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
  hostcall(MUTEX_LOCK, mutex, 0);
  hostcall(SEM_DOWN, gate, 0);
  finished++;
  hostcall(MUTEX_UNLOCK, mutex, 0);
  return 5;
}

static long control(long cookie, long x, long y, long z, char *bytes, long size) {
  if (x == 0) return waiting;
  if (x == 1) return hostcall(SEM_UP, gate, 0);
  if (x == 2) return finished;
  return hostcall(SEM_UP, end, 0);
}

// Each byte of the caller's, turned around; the caller is told by name.
static long turn(long cookie, long x, long y, long z, char *bytes, long size) {
  char name[64];
  long length = hostcall(CP_CALL_CALLER, (long)name, sizeof name);
  for (long i = 0; i < size / 2; i++) {
    char first = bytes[i];
    bytes[i] = bytes[size - 1 - i];
    bytes[size - 1 - i] = first;
  }
  return length;
}

void _start(void) {
  mutex = hostcall(MUTEX_ALLOC, 0, 0);
  gate = hostcall(SEM_ALLOC, 0, 0);
  end = hostcall(SEM_ALLOC, 0, 0);
  CHECK(1, publish("count", count, 0, "client") > 0);
  CHECK(2, publish("hold", hold, 0, "victim,client") > 0);
  CHECK(3, publish("turn", turn, 0, 0) > 0);
  CHECK(4, publish("private", turn, 0, "somebody") > 0);
  CHECK(5, publish("control", control, 0, "client,victim") > 0);
  CHECK(6, hostcall(SEM_DOWN, end, 0) == 0);
  print("served\n");
  leave(0);
}
