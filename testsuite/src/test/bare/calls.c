// A cVM that calls functions of its own as others would call them.
#include "calls.h"

enum { THREADS = 8, CALLS = 10000, COOKIE = 1000 };

static long self, echo, waits;
static volatile long released, ended;
static char bytes[6000];
static const char text[] = "hello";

static long sum(long cookie, long x, long y, long z, char *copy, long size) {
  return cookie + x + 10 * y + 100 * z;
}

// Makes the bytes it gets larger by one, and says where they are.
static long increment(long cookie, long x, long y, long z, char *copy, long size) {
  for (long i = 0; i < size; i++) copy[i]++;
  return (long)copy;
}

// Calls itself; each call is another thread with a stack of its own.
static long nest(long cookie, long x, long y, long z, char *copy, long size) {
  volatile long here = x;
  long result = x == 0 ? 0 : call(self, x - 1, 0, 0);
  return here != x ? -1 : result < 0 ? result : result + 1;
}

static long wait(long cookie, long x, long y, long z, char *copy, long size) {
  while (!released) {}
  ended = 1;
  return 7;
}

static long exits(long cookie, long x, long y, long z, char *copy, long size) {
  return hostcall(x, 77, 0);
}

static long who(long cookie, long x, long y, long z, char *copy, long size) {
  char name[64];
  if (hostcall(CP_CALL_CALLER, (long)name, 1) != -EMSGSIZE) return -1;
  if (hostcall(CP_CALL_CALLER, (long)name, sizeof name) < 1) return -2;
  return name[0];
}

// What the original's services do.
static long serve(long cookie, long x, long y, long z, char *copy, long size) {
  long device = 0;
  if (hostcall(FINISH_CAP_CALL, 0, (long)&device) != 0) return -1;
  copy[0] = 'H';
  return device;
}

static void call_often(void *start) {
  for (long i = 0; i < CALLS; i++) {
    char own[32];
    for (long k = 0; k < 32; k++) own[k] = (char)(i + k);
    long result = hostcall8(CP_CALL, echo, 0, 0, 0, (long)own, sizeof own, -1, 0);
    CHECK(60, result > 0);
    for (long k = 0; k < 32; k++) CHECK(61, own[k] == (char)(i + k + 1));
  }
}

static void names_and_handles(void) {
  CHECK(1, open("sum") == -ENOENT);
  long published = publish("sum", sum, COOKIE, 0);
  CHECK(2, published > 0);
  CHECK(3, publish("sum", sum, COOKIE, 0) == -EEXIST);
  CHECK(4, publish("", sum, COOKIE, 0) == -EINVAL);
  CHECK(5, publish((char *)16, sum, COOKIE, 0) == -EFAULT);
  long handle = open("sum");
  CHECK(6, handle > 0 && handle != published);
  CHECK(7, call(handle, 1, 2, 3) == COOKIE + 321);
  // Handles of another kind, never given, and given back.
  CHECK(8, call(published, 1, 2, 3) == -EINVAL);
  CHECK(9, call(0, 1, 2, 3) == -EINVAL && call(-1, 1, 2, 3) == -EINVAL);
  CHECK(10, call(handle + 1, 1, 2, 3) == -EINVAL);
  long other = open("sum");
  CHECK(11, hostcall(CP_CALL_CLOSE, handle, 0) == 0);
  CHECK(12, call(handle, 1, 2, 3) == -EINVAL);
  CHECK(13, hostcall(CP_CALL_CLOSE, handle, 0) == -EINVAL);
  CHECK(14, call(other, 1, 2, 3) == COOKIE + 321);
  CHECK(15, hostcall(CP_CALL_CLOSE, published, 0) == 0);
  CHECK(16, call(other, 1, 2, 3) == -EPIPE);
  CHECK(17, open("sum") == -ENOENT);
}

static void buffers(void) {
  for (long i = 0; i < sizeof bytes; i++) bytes[i] = (char)i;
  long copy = call_with(echo, bytes, sizeof bytes);
  CHECK(20, copy > 0 && (copy < (long)bytes || copy >= (long)(bytes + sizeof bytes)));
  for (long i = 0; i < sizeof bytes; i++) CHECK(21, bytes[i] == (char)(i + 1));
  CHECK(22, hostcall8(CP_CALL, echo, 0, 0, 0, (long)text, sizeof text, -1, 1) > 0 && text[0] == 'h');
  CHECK(23, call_with(echo, 0, 0) == 0);
  CHECK(18, hostcall8(CP_CALL, echo, 0, 0, 0, 0, 0, -1, 2) == -EINVAL);
  CHECK(24, call_with(echo, (char *)16, 8) == -EFAULT);
  CHECK(25, call_with(echo, (char *)-8L, 16) == -EFAULT);
  CHECK(26, call_with(echo, bytes, -1) == -EFAULT);
  CHECK(27, call_with(echo, (char *)hostcall(LIMIT, 0, 0) - 8, 16) == -EFAULT);
  CHECK(28, call_with(echo, bytes, 1L << 62) == -EFAULT);
  CHECK(29, call_with(echo, (char *)0x10000, hostcall(LIMIT, 2, 0) / 4 + 1) == -EMSGSIZE);
}

static void started_calls(void) {
  bytes[0] = 1;
  long a = begin_call(echo, 0, bytes, 4), b = begin_call(echo, 0, bytes, 4);
  CHECK(30, a > 0 && b > 0 && a != b);
  bytes[0] = 50;
  char made[4];
  CHECK(31, collect(a, -1, made, 8) == -EINVAL);
  CHECK(32, collect(a, -1, made, 4) > 0 && made[0] == 2);
  CHECK(33, collect(a, -1, made, 4) == -EINVAL);
  CHECK(34, collect(echo, -1, made, 4) == -EINVAL);
  CHECK(35, hostcall(CP_CALL_CLOSE, b, 0) == 0 && collect(b, -1, 0, 0) == -EINVAL);
  long c = begin_call(waits, 0, 0, 0);
  CHECK(36, collect(c, 1000000, 0, 0) == -ETIMEDOUT);
  released = 1;
  CHECK(37, collect(c, -1, 0, 0) == 7);
  while (!ended) {}
}

// A function that its caller has left goes on to its end.
static void time_limits(void) {
  released = ended = 0;
  CHECK(40, call_for(waits, 0, 20000000) == -ETIMEDOUT);
  CHECK(41, call_for(waits, 0, 1) == -ETIMEDOUT && !ended);
  released = 1;
  while (!ended) {}
  CHECK(42, call_for(waits, 0, 1L << 62) == 7);
  // Both directions still work after that.
  released = 0;
  CHECK(43, call_for(waits, 0, 0) == -ETIMEDOUT);
  released = 1;
  CHECK(44, call(self, 3, 0, 0) == 4);
}

static void ends_of_functions(void) {
  CHECK(50, publish("exits", exits, 0, 0) > 0);
  long handle = open("exits");
  CHECK(51, call(handle, CAP_CALL_EXIT, 0, 0) == 77);
  CHECK(52, call(handle, THREAD_EXIT, 0, 0) == -ECANCELED);
  CHECK(53, call(handle, 999, 0, 0) == -ENOSYS);
  CHECK(54, hostcall(CP_CALL_CALLER, (long)bytes, sizeof bytes) == -EINVAL);
  CHECK(55, publish("who", who, 0, 0) > 0);
  CHECK(56, call(open("who"), 0, 0, 0) == 'c');
  CHECK(57, hostcall8(CAP_STREAM_ADV, (long)serve, 99, (long)"serve", 0, 0, 0, 0, 0) > 0);
  long service = hostcall(CAP_STREAM_PRB, (long)"serve", 0);
  bytes[0] = 'h';
  CHECK(58, hostcall8(MAKE_CAP_CALL, service, (long)bytes, 5, 0, 0, 0, 0, 0) == 99 && bytes[0] == 'H');
  ended = 0;
  released = 1;
  CHECK(59, hostcall(MAKE_CALL, (long)wait, 0) == 0 && ended);
}

static void threads(void) {
  // Each call that waits takes a thread: then none is left, and nobody waits for one.
  CHECK(62, call(self, 30, 0, 0) == 31);
  CHECK(63, call(self, 100, 0, 0) == -EAGAIN);
  long ids[THREADS];
  for (long i = 0; i < THREADS; i++) CHECK(64, (ids[i] = start(call_often, (void *)i)) > 0);
  for (long i = 0; i < THREADS; i++) CHECK(65, hostcall(THREAD_JOIN, ids[i], 0) == 0);
}

void _start(void) {
  names_and_handles();
  CHECK(70, publish("self", nest, 0, "cvm") > 0 && publish("echo", increment, 0, "nobody,cvm") > 0);
  CHECK(71, publish("wait", wait, 0, 0) > 0);
  CHECK(72, (self = open("self")) > 0 && (echo = open("echo")) > 0 && (waits = open("wait")) > 0);
  buffers();
  started_calls();
  time_limits();
  ends_of_functions();
  threads();
  print("calls ok\n");
  leave(0);
}
