/* fork: memory, registers and descriptors of the child, its end, and pipelines of processes. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int initialised = 17;
static volatile int children;

static void child_ended(int signal) {
  (void)signal;
  children++;
}

/* A sum over a tree of processes: every level forks two and adds what they wrote. */
static long tree(int depth) {
  if (depth == 0) {
    return 1;
  }
  int pipes[2];
  if (pipe(pipes) != 0) {
    return -1;
  }
  for (int i = 0; i < 2; i++) {
    pid_t child = fork();
    if (child == 0) {
      long value = tree(depth - 1) + i;
      _exit(write(pipes[1], &value, sizeof value) == sizeof value ? 0 : 1);
    }
  }
  close(pipes[1]);
  long sum = 0, value;
  while (read(pipes[0], &value, sizeof value) == sizeof value) {
    sum += value;
  }
  close(pipes[0]);
  while (wait(NULL) > 0 || errno == EINTR) {
  }
  return sum;
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  char *heap = strdup("before");
  char *mapped = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mapped[12345] = 'p';
  double scale = 1.5;
  pid_t parent = getpid();
  signal(SIGCHLD, child_ended);
  pid_t child = fork();
  if (child == 0) {
    printf("child %s %c %d parent %d\n", heap, mapped[12345], initialised, getppid() == parent);
    strcpy(heap, "change");
    mapped[12345] = 'c';
    initialised = 18;
    alarm(0);
    _exit((int)(scale * 20));
  }
  int status;
  pid_t waited;
  while ((waited = waitpid(child, &status, 0)) < 0 && errno == EINTR) {
  }
  printf("parent %s %c %d waited %d status %d told %d\n", heap, mapped[12345], initialised,
         waited == child, WEXITSTATUS(status), children);
  signal(SIGCHLD, SIG_DFL);

  child = fork();
  if (child == 0) {
    *(volatile int *)8 = 1;
    _exit(0);
  }
  waitpid(child, &status, 0);
  printf("fault %d %d\n", WIFSIGNALED(status), WTERMSIG(status));

  child = fork();
  if (child == 0) {
    for (;;) {
      pause();
    }
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  printf("killed %d %d\n", WIFSIGNALED(status), WTERMSIG(status));
  printf("tree %ld\n", tree(3));
  signal(SIGCHLD, SIG_IGN);
  child = fork();
  if (child == 0) {
    _exit(0);
  }
  waited = waitpid(child, &status, 0);
  printf("ignored %d %d\n", waited, errno == ECHILD);
  return 0;
}
