/*
 * build: -pthread
 * Loops that wait for another thread with plain loads: directly, through a pointer that is itself
 * read from memory, and in a call that is inlined away.
 */
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#define LOAD(p) \
  ({ long v_; asm volatile("ld %0, 0(%1)" : "=r"(v_) : "r"(p)); v_; })

static long flag, unrelated;
static long *pointer = &unrelated;

static void *setter(void *what) {
  nanosleep(&(struct timespec){0, 300000000}, NULL);
  if (what) {
    pointer = &flag; /* the loop starts to look at the flag only now */
    nanosleep(&(struct timespec){0, 50000000}, NULL);
  }
  *(volatile long *)&flag = 1;
  return NULL;
}

__attribute__((noinline)) static void direct(void) {
  while (LOAD(&flag) == 0) {}
}

__attribute__((noinline)) static void through_pointer(void) {
  while (LOAD((long *)LOAD(&pointer)) == 0) {}
}

__attribute__((noinline)) static long get(long *p) { return LOAD(p); }

__attribute__((noinline)) static void called(void) {
  long turns = 0;
  while (get(&flag) == 0) turns++;
  if (turns == 0) puts("did not wait");
}

static void wait_in(void (*loop)(void), const char *name, void *what) {
  pthread_t thread;
  flag = 0;
  pointer = &unrelated;
  pthread_create(&thread, NULL, setter, what);
  loop();
  pthread_join(thread, NULL);
  puts(name);
}

int main(void) {
  for (int round = 0; round < 3; round++) {
    wait_in(direct, "direct", NULL);
    wait_in(through_pointer, "through a pointer", &flag);
    wait_in(called, "in a call", NULL);
  }
  return 0;
}
