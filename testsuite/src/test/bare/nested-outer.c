// Serves the hostcalls of cVMs that are nested in this one, whatever they ask for; NAME says who it is.
//  - print: shows the text behind NAME, by its own print
//  - time: refused, unless ALLOWS_TIME
//  - 5000: the sum of three arguments, which no Intravisor knows
//  - 5001: reads the caller's memory directly, and writes it
//  - 5003: a value that no other cVM should have changed
//  - 5004: never answered
//  - 5005: the end of this cVM by a fault
//  - all others are passed on
#include "nested.h"

static volatile long secret = 77;

static long show(long text, unsigned long length) {
  char line[80];
  unsigned long n = 0;
  for (const char *from = NAME ": "; *from; from++) line[n++] = *from;
  if (length > sizeof line - n) return -EINVAL;
  long got = hostcall3(INNER_READ, text, (long)(line + n), length);
  if (got < 0) return got;
  return hostcall(PRINT, (long)line, n + length) < 0 ? -EINVAL : (long)length;
}

__attribute__((used)) long serve(const cvm_inner_call *call) {
  const long *a = call->arguments;
  switch (call->number) {
    case PRINT:
      return show(a[0], a[1]);
#ifndef ALLOWS_TIME
    case TIME:
      return -EPERM;
#endif
    case 5000:
      return a[0] + a[1] + a[2];
    case 5001:
      return ++*(long *)a[0];
    case 5003:
      return secret;
    case 5004:
      for (;;) secret = 77;
    case 5005:
      __asm__ volatile("ebreak");
      return 0;
    default:
      CHECK(1, hostcall(PASS_ON, 0, 0) == 0);
      return -EINVAL;  // Nobody sees it.
  }
}

CVM_SERVES_HOSTCALLS(serve);

// Nobody is served now.
void _start(void) {
  CHECK(2, hostcall(PASS_ON, 0, 0) == -EINVAL);
  CHECK(3, hostcall3(INNER_READ, 0, 0, 0) == -EINVAL);
  leave(0);
}
