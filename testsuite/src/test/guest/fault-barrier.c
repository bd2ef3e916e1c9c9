/*
 * A garbage collector's write barrier: pages are read-only until somebody writes to them. The
 * stores are in a hot loop; the handler makes the page writable and has them done again.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096L
#define PAGES 64

static char *heap;
static unsigned char dirty[PAGES];
static volatile long faults, strange;

static void barrier(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  long page = ((char *)info->si_addr - heap) / PAGE;
  strange += info->si_code != SEGV_ACCERR || page < 0 || page >= PAGES || dirty[page];
  dirty[page] = 1;
  faults++;
  mprotect(heap + page * PAGE, PAGE, PROT_READ | PROT_WRITE);
}

static __attribute__((noinline)) long mutate(long *objects, long n, unsigned seed, long steps) {
  long sum = 0;
  for (long i = 0; i < steps; i++) {
    seed = seed * 1664525u + 1013904223u;
    long *object = &objects[(seed >> 8) % n];
    sum += *object;
    *object = sum ^ i;
  }
  return sum;
}

/* Every width, up to the border of two pages, misaligned. */
static __attribute__((noinline)) void across(char *p) {
  for (long at = PAGE - 16; at < PAGE + 16; at++) {
    *(volatile short *)(p + at) = 1;
    *(volatile int *)(p + at) = 2;
    *(volatile long *)(p + at) = 3;
    *(volatile double *)(p + at) = 4;
  }
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = barrier;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  heap = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  long sum = 0;
  for (int collection = 0; collection < 200; collection++) {
    memset(dirty, 0, sizeof dirty);
    mprotect(heap, PAGES * PAGE, PROT_READ);
    sum += mutate((long *)heap, PAGES * PAGE / 8, collection, collection * 500L);
  }
  printf("sum %lx, %ld faults, %ld strange\n", sum, faults, strange);
  for (int i = 0; i < 500; i++) {
    memset(dirty, 0, sizeof dirty);
    mprotect(heap, 4 * PAGE, PROT_READ);
    across(heap + (i & 1) * PAGE);
  }
  printf("across: %ld faults, %ld strange\n", faults, strange);
  return 0;
}
