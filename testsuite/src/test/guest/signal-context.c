/* Handlers that do not return: siglongjmp out of them, swapcontext in them, on either stack. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

static sigjmp_buf escape;
static ucontext_t main_context, other_context;
static volatile int handled;

static void jump_out(int signal) { siglongjmp(escape, signal); }

static void switch_context(int signal) {
  handled += signal;
  swapcontext(&main_context, &other_context);
  handled += 1000;
}

static void other(void) {
  for (;;) {
    handled += 10000;
    swapcontext(&other_context, &main_context);
  }
}

static __attribute__((noinline)) int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = (char)depth;
  return overflow(depth + 1) + frame[0];
}

static void install(int signal, void (*handler)(int), int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, NULL);
}

int main(void) {
  install(SIGSEGV, jump_out, SA_NODEFER | SA_ONSTACK);
  int faults = 0;
  for (volatile int i = 0; i < 20000; i++) {
    if (sigsetjmp(escape, i % 2) == 0) {
      *(volatile int *)(long)(i % 100) = 1;
    } else {
      faults++;
    }
  }
  printf("faults %d\n", faults);

  install(SIGUSR1, switch_context, 0);
  static char stack[65536] __attribute__((aligned(16)));
  getcontext(&other_context);
  other_context.uc_stack.ss_sp = stack;
  other_context.uc_stack.ss_size = sizeof stack;
  makecontext(&other_context, other, 0);
  for (int i = 0; i < 1000; i++) {
    raise(SIGUSR1);
  }
  printf("handled %d\n", handled);

  /* A stack overflow, survived on the alternate stack, again and again. */
  stack_t alternate = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&alternate, NULL);
  int overflows = 0;
  for (volatile int i = 0; i < 5; i++) {
    if (sigsetjmp(escape, 1) == 0) {
      overflow(0);
    } else {
      overflows++;
    }
  }
  printf("overflows %d\n", overflows);
  return 0;
}
