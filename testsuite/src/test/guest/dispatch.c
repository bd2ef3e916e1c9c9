/*
 * A bytecode interpreter with computed gotos, interrupted by a timer all the time: its frames are
 * dropped in the middle of a function that nobody calls again.
 * build: -funwind-tables
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>

static volatile sig_atomic_t ticks;

static void tick(int signal) {
  (void)signal;
  ticks++;
}

__attribute__((noinline)) static unsigned long next(unsigned long n) {
  __asm__ volatile("" ::: "memory");
  return n + 1;
}

enum { ADD, XOR, ROTATE, COUNT, LOOP, STOP };

static unsigned long run(const unsigned char *code, unsigned long rounds, int until) {
  static const void *const labels[] = {&&add, &&xor, &&rotate, &&count, &&loop, &&stop};
  const unsigned char *pc = code;
  unsigned long value = 1, other = 0, left = rounds, checked = 0;
#define NEXT goto *labels[*pc++]
  NEXT;
add:
  value += other + 3;
  NEXT;
xor:
  value ^= 0x9e3779b97f4a7c15;
  NEXT;
rotate:
  value = value << 7 | value >> 57;
  NEXT;
count:
  other = next(other);
  NEXT;
loop:
  if (--left != 0) {
    pc = code;
  }
  NEXT;
stop:
  if (checked != 0 && checked != value) {
    return 0;
  }
  checked = value;
  if (ticks < until) {
    value = 1;
    other = 0;
    left = rounds;
    pc = code;
    NEXT;
  }
  return value;
}

int main(void) {
  static const unsigned char code[] = {ADD, XOR, COUNT, ROTATE, ADD, COUNT, XOR, LOOP, STOP};
  unsigned long rounds = 1000;
  unsigned long value = 1, other = 0;
  for (unsigned long k = 0; k < rounds; k++) {
    value += other + 3;
    value ^= 0x9e3779b97f4a7c15;
    other++;
    value = value << 7 | value >> 57;
    value += other + 3;
    other++;
    value ^= 0x9e3779b97f4a7c15;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = tick;
  sigaction(SIGALRM, &action, NULL);
  struct itimerval every = {{0, 20000}, {0, 20000}};
  setitimer(ITIMER_REAL, &every, NULL);
  return run(code, rounds, 100) == value ? 0 : 1;
}
