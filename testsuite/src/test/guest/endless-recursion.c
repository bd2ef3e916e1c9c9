#include <stdio.h>

__attribute__((noinline)) static int recurse(int n) {
  volatile int here = n;
  return recurse(n + 1) + here;
}

int main(void) {
  puts("before");
  fflush(stdout);
  printf("%d\n", recurse(0));
  return 0;
}
