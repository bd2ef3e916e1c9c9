/* A page without access, and a handler that can see it: the store faults, at its address. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static sigjmp_buf escape;
static char *volatile fault;

static void jump_out(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  fault = info->si_addr;
  siglongjmp(escape, info->si_code);
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = jump_out;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  char *volatile pages =
      mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + 4096, 4096, PROT_NONE);
  int code = sigsetjmp(escape, 1);
  if (code == 0) {
    for (volatile char *p = pages;; p++) {
      *p = 1;
    }
  }
  printf("none: code %d offset %ld\n", code, fault - pages);
  mprotect(pages + 4096, 4096, PROT_READ);
  code = sigsetjmp(escape, 1);
  if (code == 0) {
    printf("reads %d\n", pages[4096]);
    pages[4100] = 1;
  }
  printf("read only: code %d offset %ld\n", code, fault - pages);
  mprotect(pages + 4096, 4096, PROT_READ | PROT_WRITE);
  memset(pages, 2, 8192);
  printf("open: %d %d\n", pages[4095], pages[4096]);
  munmap(pages + 4096, 4096);
  code = sigsetjmp(escape, 1);
  if (code == 0) {
    printf("%d\n", pages[5000]);
  }
  printf("unmapped: code %d offset %ld\n", code, fault - pages);
  return 0;
}
