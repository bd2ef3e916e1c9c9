/* setjmp and longjmp in a hot loop, from one and from many frames deep. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf buffer;

static __attribute__((noinline)) int jump(int depth, int value) {
  volatile char frame[32];
  frame[depth & 31] = (char)value;
  if (depth == 0) {
    longjmp(buffer, value);
  }
  return jump(depth - 1, value) + frame[depth & 31];
}

int main(void) {
  unsigned long sum = 0;
  for (volatile int i = 1; i <= 300000; i++) {
    int value = setjmp(buffer);
    if (value == 0) {
      jump(i % 5 == 0 ? 40 : 0, i);
      puts("unreachable");
    }
    sum = sum * 3 + (unsigned)value;
  }
  printf("%lu\n", sum);
  printf("%d\n", setjmp(buffer) == 0 ? (longjmp(buffer, 0), 0) : 1);
  return 0;
}
