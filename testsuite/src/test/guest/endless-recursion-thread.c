/*
 * The smallest frames, on a thread's stack, to its end: SIGSEGV. Its handler runs on a stack of its
 * own, sees the address in the guard, and leaves by siglongjmp, several times.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static sigjmp_buf outside;
static char *volatile fault;

long nest(long n);
__asm__(".text\n.globl nest\n.type nest, @function\nnest:\n  addi sp, sp, -8\n  sd ra, 0(sp)\n"
        "  call nest\n  ld ra, 0(sp)\n  addi sp, sp, 8\n  ret\n.size nest, .-nest\n");

static void handler(int number, siginfo_t *info, void *context) {
  fault = info->si_addr;
  siglongjmp(outside, 1);
}

static void *on_thread(void *unused) {
  stack_t own = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&own, NULL);
  pthread_attr_t attributes;
  void *low;
  size_t size;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &size);
  for (int i = 0; i < 3; i++) {
    if (sigsetjmp(outside, 1) == 0) {
      nest(0);
    }
    printf("caught %d\n", fault < (char *)low && fault >= (char *)low - 65536);
  }
  return NULL;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  pthread_t thread;
  sigaction(SIGSEGV, &action, NULL);
  pthread_create(&thread, NULL, on_thread, NULL);
  pthread_join(thread, NULL);
  signal(SIGSEGV, SIG_DFL);
  puts("and without a handler");
  fflush(stdout);
  nest(0);
}
