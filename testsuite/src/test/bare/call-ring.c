// Three of these call each other in a ring, ROLE 0 to 2, as deep as they are asked to.
#include "calls.h"

static const char *const names[] = {"a", "b", "c"};
static long next, end;

static long pass(long cookie, long x, long y, long z, char *bytes, long size) {
  if (x < 0) return hostcall(SEM_UP, end, 0);
  long result = x == 0 ? 0 : call(next, x - 1, 0, 0);
  return result < 0 ? result : result + 1;
}

void _start(void) {
  end = hostcall(SEM_ALLOC, 0, 0);
  CHECK(1, publish(names[ROLE], pass, 0, 0) > 0);
  next = await_open(names[(ROLE + 1) % 3]);
  if (ROLE == 0) {
    long c = await_open("c");
    // The others know their neighbours before they are asked.
    while (call(next, 2, 0, 0) != 3) {}
    for (long depth = 0; depth < 60; depth++) CHECK(2, call(next, depth, 0, 0) == depth + 1);
    CHECK(3, call(next, 100, 0, 0) == -ELOOP);
    CHECK(4, call(next, 59, 0, 0) == 60);
    // They may end before they say that they will.
    call(next, -1, 0, 0);
    call(c, -1, 0, 0);
    print("the ring is closed\n");
  } else {
    hostcall(SEM_DOWN, end, 0);
  }
  leave(0);
}
