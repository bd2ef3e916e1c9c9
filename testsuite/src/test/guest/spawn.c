/* unrecorded: qemu-user executes programs on the host's processor, and its vfork copies memory */
/* posix_spawn of this program itself: arguments, descriptors, exit status, signals to children. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int children;

static void child_ended(int signal) {
  (void)signal;
  children++;
}

static int child(int count, char **words) {
  if (strcmp(words[1], "sleep") == 0) {
    for (;;) {
      pause();
    }
  }
  char line[64];
  ssize_t n = read(0, line, sizeof line);
  printf("child got %d words, '%.*s', %s, descriptor 9 %s\n", count, (int)n, line,
         getenv("GREETING"), fcntl(9, F_GETFD) < 0 ? "closed" : "open");
  return atoi(words[1]);
}

int main(int count, char **words) {
  if (count > 1) {
    return child(count, words);
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGCHLD, child_ended);
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0 || dup3(in[0], 9, O_CLOEXEC) != 9) {
    return 1;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  char *arguments[] = {"spawned", "42", "more", NULL};
  char *environment[] = {"GREETING=hello", NULL};
  pid_t pid;
  int error = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, arguments, environment);
  if (error != 0) {
    printf("spawn failed: %s\n", strerror(error));
    return 1;
  }
  write(in[1], "over a pipe", 11);
  close(out[1]);
  char text[256];
  size_t length = 0;
  ssize_t n;
  while ((n = read(out[0], text + length, sizeof text - length)) > 0) {
    length += (size_t)n;
  }
  printf("%.*s", (int)length, text);
  int status;
  pid_t waited = waitpid(pid, &status, 0);
  printf("waited %d exited %d with %d, told %d\n", waited == pid, WIFEXITED(status),
         WEXITSTATUS(status), children);

  char *sleeping[] = {"spawned", "sleep", NULL};
  error = posix_spawn(&pid, "/proc/self/exe", NULL, NULL, sleeping, environment);
  printf("nothing yet %d\n", waitpid(pid, &status, WNOHANG));
  kill(pid, SIGTERM);
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int result = waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
  printf("waitid %d killed %d by %d\n", result, info.si_code == CLD_KILLED, info.si_status);
  waited = wait4(-1, &status, 0, NULL);
  printf("signalled %d by %d\n", waited == pid && WIFSIGNALED(status), WTERMSIG(status));
  printf("none left %d %d\n", wait(NULL), errno == ECHILD);
  error = posix_spawn(&pid, "/does/not/exist", NULL, NULL, arguments, environment);
  printf("missing %d\n", error == ENOENT);
  return 0;
}
