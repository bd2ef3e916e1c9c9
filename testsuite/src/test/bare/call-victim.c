// Its time ends while it waits for another cVM.
#include "calls.h"

void _start(void) {
  long handle = await_open("hold");
  CHECK(1, call(handle, 0, 0, 0) == 0);
}
