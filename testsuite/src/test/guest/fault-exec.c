/* unrecorded: qemu-user executes programs on the host's processor */
/* A program executed in place of one that handled its faults dies of them. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int faults;

static void handle(int signal) {
  (void)signal;
  faults++;
  execl("/proc/self/exe", "again", (char *)NULL);
  _exit(4);
}

int main(int count, char **arguments) {
  volatile char *nowhere = NULL;
  (void)count;
  struct sigaction action;
  sigaction(SIGSEGV, NULL, &action);
  if (strcmp(arguments[0], "again") == 0) {
    if (action.sa_handler != SIG_DFL) {
      return 3;
    }
    return nowhere[8];
  }
  signal(SIGSEGV, handle);
  pid_t child = fork();
  if (child == 0) {
    return nowhere[8];
  }
  int status;
  waitpid(child, &status, 0);
  printf("the child's program: %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  return 0;
}
