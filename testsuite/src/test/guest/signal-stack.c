/* Handlers on an alternate stack: nested, after a stack overflow, disarmed, and refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SIZE (64 * 1024)

static char *base;
static sigjmp_buf back;
static volatile int inside, depth;

static int on_stack(void *p) {
  return (char *)p >= base && (char *)p < base + SIZE;
}

static void handler(int signal, siginfo_t *info, void *context) {
  (void)info;
  (void)context;
  int here;
  stack_t now;
  sigaltstack(NULL, &now);
  printf("signal %d on stack %d flags %d depth %d\n", signal, on_stack(&here), now.ss_flags, depth);
  if (signal == SIGUSR1) {
    stack_t other = {base, SS_DISABLE, 0};
    int refused = sigaltstack(&other, NULL);
    printf("change %d %d\n", refused, errno == EPERM);
    depth++;
    raise(SIGUSR2);
    depth--;
  }
  if (signal == SIGSEGV) {
    siglongjmp(back, 1);
  }
}

static int recurse(int n) {
  volatile char frame[4096];
  frame[0] = (char)n;
  return recurse(n + 1) + frame[0];
}

int main(void) {
  base = aligned_alloc(4096, SIZE);
  stack_t stack = {base, 0, SIZE}, old;
  stack_t small = {base, 0, 100};
  printf("small %d %d\n", sigaltstack(&small, NULL), errno == ENOMEM);
  sigaltstack(&stack, &old);
  printf("before %d\n", old.ss_flags);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGUSR2, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  raise(SIGUSR1);
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR2);
  if (sigsetjmp(back, 1) == 0) {
    printf("overflow %d\n", recurse(0));
  }
  printf("survived\n");
  return 0;
}
