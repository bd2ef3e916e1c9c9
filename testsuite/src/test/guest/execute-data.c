/* Data pages are not executable. */
#include <stdint.h>
#include <stdio.h>

static uint32_t code[] = {0x00008067};

int main(void) {
  puts("before");
  fflush(stdout);
  ((void (*)(void))(uintptr_t)code)();
  puts("after");
  return 0;
}
