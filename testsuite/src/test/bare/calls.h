// Functions that cVMs call of each other (CP_Call).
#pragma once
#include "hostcall.h"

enum {
  MAKE_CALL = 403,
  CAP_STREAM_ADV = 409,
  CAP_STREAM_PRB = 410,
  MAKE_CAP_CALL = 411,
  FINISH_CAP_CALL = 412,
  FETCH_CAP_CALL = 413,
  CAP_CALL_EXIT = 414,
  CP_CALL_PUBLISH = 440,
  CP_CALL_OPEN = 441,
  CP_CALL = 442,
  CP_CALL_START = 443,
  CP_CALL_COLLECT = 444,
  CP_CALL_CLOSE = 445,
  CP_CALL_CALLER = 446,
};

enum { ENOENT = 2, EINTR = 4, EACCES = 13, EEXIST = 17, EPIPE = 32, ELOOP = 40, EMSGSIZE = 90, ETIMEDOUT = 110, ECANCELED = 125 };

static inline long hostcall8(long number, long x0, long x1, long x2, long x3, long x4, long x5, long x6, long x7) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0") = x0;
  register long a1 __asm__("a1") = x1;
  register long a2 __asm__("a2") = x2;
  register long a3 __asm__("a3") = x3;
  register long a4 __asm__("a4") = x4;
  register long a5 __asm__("a5") = x5;
  register long a6 __asm__("a6") = x6;
  register long a7 __asm__("a7") = x7;
  __asm__ volatile("ecall"
                   : "+r"(a0)
                   : "r"(t5), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a6), "r"(a7)
                   : "memory");
  return a0;
}

// What a function gets: its cookie, three integers, and a copy of the caller's bytes.
typedef long function(long cookie, long x, long y, long z, char *bytes, long size);

static inline long publish(const char *name, function *f, long cookie, const char *callers) {
  return hostcall8(CP_CALL_PUBLISH, (long)name, (long)f, cookie, (long)callers, 0, 0, 0, 0);
}

static inline long open(const char *name) {
  return hostcall(CP_CALL_OPEN, (long)name, 0);
}

// Until somebody has published it.
static inline long await_open(const char *name) {
  long handle;
  while ((handle = open(name)) == -ENOENT) {}
  return handle;
}

static inline long call(long handle, long x, long y, long z) {
  return hostcall8(CP_CALL, handle, x, y, z, 0, 0, -1, 0);
}

static inline long call_for(long handle, long x, long nanoseconds) {
  return hostcall8(CP_CALL, handle, x, 0, 0, 0, 0, nanoseconds, 0);
}

static inline long call_with(long handle, char *bytes, long size) {
  return hostcall8(CP_CALL, handle, 0, 0, 0, (long)bytes, size, -1, 0);
}

static inline long begin_call(long handle, long x, char *bytes, long size) {
  return hostcall8(CP_CALL_START, handle, x, 0, 0, (long)bytes, size, 0, 0);
}

static inline long collect(long started, long nanoseconds, char *bytes, long size) {
  return hostcall8(CP_CALL_COLLECT, started, nanoseconds, (long)bytes, size, 0, 0, 0, 0);
}
