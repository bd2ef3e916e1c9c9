/* vfork returns twice into its caller, which had registers and a frame of its own. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static __attribute__((noinline)) int child_status(int wanted, double scale) {
  int kept = wanted * 3;
  pid_t child = vfork();
  if (child == 0) {
    _exit(kept / 3);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
    return -1;
  }
  return (int)((WEXITSTATUS(status) + kept) * scale);
}

int main(void) {
  int sum = 0;
  for (int i = 0; i < 50; i++) {
    sum += child_status(i, 1.5);
  }
  printf("%d\n", sum);
  return 0;
}
