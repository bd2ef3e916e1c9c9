/* Ends by an access outside of the bounds of a capability, in a function of its own. */
#include "linux.h"

static char buffer[64] ALIGNED;

__attribute__((noipa)) static void overflow(const char *p) {
  __asm__ volatile("cspecialrw ct0, ddc, cnull\n\t"
                   "csetaddr ct0, ct0, %0\n\t"
                   "csetboundsimm ct0, ct0, 16\n\t"
                   "cincoffsetimm ct0, ct0, 16\n\t"
                   "lb.cap t1, ct0"
                   :
                   : "r"(p)
                   : "t0", "t1");
}

static void run(long *stack) {
  overflow(buffer + 16);
  check(1, stack[0] == 99);
}
