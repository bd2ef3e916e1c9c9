#include <stdint.h>
#include <stdio.h>

int main(void) {
  puts("before");
  fflush(stdout);
  volatile uintptr_t nowhere = 0x123456788;
  ((void (*)(void))nowhere)();
  puts("after");
  return 0;
}
