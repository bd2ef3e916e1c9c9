// What a cVM has that serves hostcalls of others, on top of the hostcalls that all have.
#pragma once
#include "../../../../intravisor/src/main/sdk/cvm.h"
#include "hostcall.h"

enum { GET_MY_INNER = 700, PASS_ON = 703, INNER_READ = 704, INNER_WRITE = 705 };

static inline long hostcall3(long number, long x, long y, long z) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0") = x;
  register long a1 __asm__("a1") = y;
  register long a2 __asm__("a2") = z;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(t5), "r"(a1), "r"(a2) : "memory");
  return a0;
}
