// What a nested cVM does that should harm nobody else: the first argument says what, the second is an
// address.
#include "nested.h"

__asm__(
    ".globl _start\n"
    "_start: mv a0, sp\n"
    "  call begin\n");

#define FORM(number, text)                                                \
  case number:                                                            \
    __asm__ volatile(text : : "r"(address) : "t0", "ra", "ft0", "memory"); \
    break

// Every form of access that integer code has.
static void reach(long form, long address) {
  switch (form) {
    FORM(0, "lb t0, 0(%0)");
    FORM(1, "lbu t0, 0(%0)");
    FORM(2, "lh t0, 0(%0)");
    FORM(3, "lhu t0, 0(%0)");
    FORM(4, "lw t0, 0(%0)");
    FORM(5, "lwu t0, 0(%0)");
    FORM(6, "ld t0, 0(%0)");
    FORM(7, "flw ft0, 0(%0)");
    FORM(8, "fld ft0, 0(%0)");
    FORM(9, "lr.w t0, (%0)");
    FORM(10, "lr.d t0, (%0)");
    FORM(11, "amoadd.w t0, zero, (%0)");
    FORM(12, "amoor.d t0, zero, (%0)");
    FORM(13, "sb zero, 0(%0)");
    FORM(14, "sh zero, 0(%0)");
    FORM(15, "sw zero, 0(%0)");
    FORM(16, "sd zero, 0(%0)");
    FORM(17, "fsd ft0, 0(%0)");
    FORM(18, "jalr %0");
  }
}

static long number(const char *text) {
  long value = 0;
  for (; *text; text++) value = value * 10 + *text - '0';
  return value;
}

__attribute__((used)) void begin(long *stack) {
  const char **arguments = (const char **)(stack + 1);
  long what = number(arguments[1]);
  long address = number(arguments[2]);
  if (what < 100) {
    reach(what, address);
  } else if (what == 100) {
    for (;;) {
      __asm__ volatile("");
    }
  } else if (what == 101) {
    hostcall(SEM_DOWN, hostcall(SEM_ALLOC, 0, 0), 0);
  } else if (what == 102) {
    hostcall(5004, 0, 0);  // Its outer cVM never answers.
  } else if (what == 103) {
    // Is there still what was at first?
    leave(hostcall(5003, 0, 0) == 77 ? 0 : 1);
  } else if (what == 104) {
    hostcall(5005, 0, 0);  // Its outer cVM ends by a fault.
  }
  leave(0);
}
