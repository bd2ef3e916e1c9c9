// Waits for a word that nobody changes.
#include "shared.h"

static slot file;

void _start(void) {
  CHECK(1, hostcall3(CAP_FILE_ADV, (long)&file, 16, (long)"mine") == 0);
  CHECK(2, shared_open("mine", &file, 0, 1) == 0);
  shared_wait(&file, 0, 0);
  leave(1);
}
