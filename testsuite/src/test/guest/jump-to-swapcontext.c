/*
 * A function that restores a saved register, and then jumps to one that may change it (the
 * compiler's tail call of swapcontext): on its other way out it returns, and its caller's register
 * is as it was.
 */
#include <stdio.h>
#include <ucontext.h>

static ucontext_t here, there;
int values[] = {1, 2, 3, 4, 5, 6, 7, 8};

__attribute__((noinline)) static int take(int i) {
  __asm__ volatile("" : "+r"(i) : : "memory");
  return values[i & 7];
}

__attribute__((noinline)) static int maybe_switch(int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) {
    sum += take(i) * n;
  }
  if (sum == 0) {
    return swapcontext(&here, &there);
  }
  return sum;
}

int main(void) {
  long total = 0;
  for (int i = 1; i < 30; i++) {
    total = total * 3 + maybe_switch(i);
  }
  printf("%ld\n", total);
  return 0;
}
