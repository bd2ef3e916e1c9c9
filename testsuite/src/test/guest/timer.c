/* A timer interrupts a loop without calls; blocked signals wait; a sleeping call ends with EINTR. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ticks;

static void tick(int signal) {
  (void)signal;
  ticks++;
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = tick;
  sigaction(SIGALRM, &action, NULL);
  struct itimerval every = {{0, 10000}, {0, 10000}};
  setitimer(ITIMER_REAL, &every, NULL);
  unsigned long spins = 0;
  while (ticks < 20) {
    spins++;
  }
  printf("ticks %d spun %d\n", (int)ticks >= 20, spins > 0);

  sigset_t alarm, old, pending;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarm, &old);
  int before = ticks;
  do {
    sigpending(&pending);
  } while (!sigismember(&pending, SIGALRM));
  printf("blocked %d\n", ticks == before);
  sigprocmask(SIG_SETMASK, &old, NULL);
  printf("delivered %d\n", ticks > before);

  struct timespec long_time = {60, 0}, rest;
  int result = nanosleep(&long_time, &rest);
  printf("sleep %d %d\n", result, errno == EINTR);
  int pipes[2];
  char byte;
  if (pipe(pipes) != 0) {
    return 1;
  }
  errno = 0;
  result = (int)read(pipes[0], &byte, 1);
  printf("read %d %d\n", result, errno == EINTR);
  return 0;
}
