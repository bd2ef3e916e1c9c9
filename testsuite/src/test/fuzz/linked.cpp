/* A program with a dynamic linker: relocations, thread-local data, an exception, an initialiser. */
#include <stdio.h>

struct Counter {
  Counter() { value = 5; }
  int value;
};

static Counter counter;
static thread_local long local = 7;

__attribute__((noinline)) static int thrower(int n) {
  if (n % 3 == 0) {
    throw n;
  }
  return n;
}

int main() {
  long sum = counter.value;
  for (int i = 0; i < 10; i++) {
    try {
      sum += thrower(i) + local++;
    } catch (int n) {
      sum = sum * 2 + n;
    }
  }
  printf("%ld\n", sum);
  return 4;
}
