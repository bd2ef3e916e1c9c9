/* A child inherits the handler of faults, and everything that makes its faults exact. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096L

static char *pages;
static volatile long faults;

static void open_page(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  faults += info->si_code == SEGV_ACCERR;
  mprotect((void *)((long)info->si_addr & -PAGE), PAGE, PROT_READ | PROT_WRITE);
}

static __attribute__((noinline)) long work(void) {
  long sum = 0;
  for (int round = 0; round < 200; round++) {
    mprotect(pages, 16 * PAGE, round % 2 == 0 ? PROT_NONE : PROT_READ);
    for (long i = 0; i < 16 * PAGE; i++) {
      sum += pages[i]++;
    }
  }
  return sum;
}

static int wait_for(pid_t child) {
  int status;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = open_page;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  pages = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  long sum = work();
  printf("parent: sum %ld, %ld faults\n", sum, faults);
  fflush(stdout);
  for (int k = 0; k < 3; k++) {
    pid_t child = fork();
    if (child == 0) {
      faults = 0;
      sum = work();
      printf("child: sum %ld, %ld faults\n", sum, faults);
      fflush(stdout);
      _exit(k);
    }
    printf("status %d\n", wait_for(child));
    fflush(stdout);
  }
  return 0;
}
