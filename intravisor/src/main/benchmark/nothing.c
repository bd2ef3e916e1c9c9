// Ends at once: all there is to measure is the life of its cVM.
#include "guest.h"

void _start(void) {
  hostcall(THREAD_EXIT, 0, 0, 0, 0);
}
