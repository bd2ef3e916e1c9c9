// Makes hostcalls with random numbers and arguments, on threads that may block or end by that.
#include "hostcall.h"

enum { CALLS = 400, THREADS = 50 };

static volatile long progress[64];
static volatile long ended[64];
static long seed;

static unsigned long next(unsigned long *state) {
  unsigned long x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

static long number(unsigned long *state) {
  static const long odd[] = {-1, 2, 21, 24, 29, 32, 33, 402, 500, 999, 1002, 1023, 1024, 1L << 32, 1L << 63};
  unsigned long r = next(state);
  return r % 8 == 0 ? odd[r / 8 % (sizeof odd / sizeof *odd)] : r % 8 == 1 ? ENTROPY + (long)(r / 8 % 2) : (long)(r / 8 % 32);
}

static char scratch[4096];

static long argument(unsigned long *state) {
  unsigned long r = next(state);
  switch (r % 8) {
    case 0: return (long)(r >> 3);
    case 1: return -(long)(r >> 3 & 4095);
    case 2: return (long)(r >> 3 & 63);
    case 3: return (long)scratch + (long)(r >> 3 & 4095);
    case 4: return hostcall(LIMIT, 0, 0) - (long)(r >> 3 & 4095);
    case 5: return 1L << (r >> 3 & 63);
    default: return (long)(r >> 3 & 255);
  }
}

static void calls(void *start) {
  long n = (long)start;
  unsigned long state = seed + 0x9e3779b97f4a7c15 * (n + 1);
  for (long i = 0; i < CALLS; i++) {
    long what = number(&state), x = argument(&state), y = argument(&state);
    // A function that is none ends the cVM by a fault, which is its right.
    if (what == THREAD_CREATE || what == TIMER_ALLOC) x = y & 1 ? (long)calls : -1L << 40;
    if (what != THREAD_CREATE && what != THREAD_EXIT && what != TIMER_SET) hostcall(what, x, y);
    progress[n] = i + 1;
  }
  ended[n] = 1;
}

void _start(void) {
  seed = hostcall(TIME, 0, 0);
  for (long n = 0; n < THREADS; n++) {
    long thread = start(calls, (void *)n);
    if (thread < 0) break;
    // Until it is done or stays where it is, blocked by what it asked for.
    long last = -1;
    while (!ended[n] && progress[n] != last) {
      last = progress[n];
      for (long until = hostcall(TIME, 0, 0) + 2000000; hostcall(TIME, 0, 0) < until;) {}
    }
  }
  leave(0);
}
