/* Process groups and sessions: setpgid, setsid, kill and wait for a group. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int condition, const char *what) { printf("%s %s\n", condition ? "ok" : "NOT", what); }

static pid_t sleeper(pid_t group) {
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, group);
    for (;;) pause();
  }
  setpgid(child, group);
  return child;
}

int main(void) {
  check(getpgid(0) == getpgrp() && getpgid(getpid()) == getpgrp(), "getpgid");
  check(getpgid(999999) == -1 && errno == ESRCH, "no such process");
  check(setpgid(0, 999999) == -1 && errno == EPERM, "no such group");
  check(setpgid(0, -1) == -1 && errno == EINVAL, "no group at all");
  pid_t own = getpgrp();
  pid_t first = sleeper(0), second = sleeper(first), third = sleeper(own);
  check(getpgid(first) == first && getpgid(second) == first && getpgid(third) == own, "setpgid");
  check(getsid(first) == getsid(0), "children stay in the session");
  int status;
  check(waitpid(-first, &status, WNOHANG) == 0, "nobody of the group has ended");
  kill(-first, SIGTERM);
  pid_t a = waitpid(-first, &status, 0);
  check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "kill ends a group");
  siginfo_t info;
  waitid(P_PGID, first, &info, WEXITED);
  check(a != info.si_pid && a + info.si_pid == first + second, "both of it");
  check(waitpid(-first, &status, 0) == -1 && errno == ECHILD, "the group is empty");
  check(kill(-first, 0) == -1 && errno == ESRCH, "nobody to kill");
  check(waitpid(0, &status, WNOHANG) == 0, "the own group lives");
  kill(third, SIGKILL);
  check(waitpid(0, &status, 0) == third, "wait for the own group");

  pid_t child = fork();
  if (child == 0) {
    pid_t session = setsid();
    int good = session == getpid() && getsid(0) == session && getpgrp() == session;
    good &= setsid() == -1 && errno == EPERM;
    good &= setpgid(0, own) == -1 && errno == EPERM;
    _exit(good ? 7 : 1);
  }
  waitpid(child, &status, 0);
  check(WIFEXITED(status) && WEXITSTATUS(status) == 7, "a session of its own");
  return 0;
}
