/* Record locks between processes: conflicts, ranges, upgrades, fork, and closing any descriptor. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char name[] = "/tmp/locks-XXXXXX";

static void check(int condition, const char *what) { printf("%s %s\n", condition ? "ok" : "NOT", what); }

static int lock(int fd, int command, int type, off_t start, off_t length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  int result = fcntl(fd, command, &lock);
  if (command == F_GETLK && result == 0) {
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid == getppid() ? lock.l_start + 1 : -2;
  }
  return result;
}

/* What another process that opens the file sees of a lock. */
static int other(int command, int type, off_t start, off_t length) {
  int status;
  fflush(stdout);
  if (fork() == 0) {
    int fd = open(name, O_RDWR);
    int result = lock(fd, command, type, start, length);
    _exit(result == -1 && (errno == EAGAIN || errno == EACCES) ? 100 : result & 0x7f);
  }
  wait(&status);
  return WEXITSTATUS(status);
}

int main(void) {
  int fd = mkstemp(name);
  ftruncate(fd, 100);
  check(lock(fd, F_SETLK, F_WRLCK, 10, 20) == 0, "an exclusive lock");
  check(other(F_SETLK, F_WRLCK, 15, 1) == 100, "keeps others out");
  check(other(F_SETLK, F_RDLCK, 29, 0) == 100, "at its last byte too");
  check(other(F_SETLK, F_WRLCK, 30, 0) == 0, "but not behind it");
  check(other(F_GETLK, F_RDLCK, 0, 0) == 11, "and F_GETLK names it");
  check(lock(fd, F_SETLK, F_WRLCK, 0, 0) == 0, "the owner may extend it");
  check(lock(fd, F_SETLK, F_UNLCK, 40, 10) == 0, "and cut a hole into it");
  check(other(F_SETLK, F_WRLCK, 40, 10) == 0 && other(F_SETLK, F_WRLCK, 39, 2) == 100, "for others");
  check(lock(fd, F_SETLK, F_RDLCK, 0, 0) == 0 && other(F_SETLK, F_RDLCK, 0, 0) == 0, "shared locks");
  check(other(F_SETLK, F_WRLCK, 50, 1) == 100, "exclude exclusive ones");
  close(open(name, O_RDONLY));
  check(other(F_SETLK, F_WRLCK, 0, 0) == 0, "closing any descriptor of the file unlocks it");

  lock(fd, F_SETLK, F_WRLCK, 0, 0);
  int ready[2];
  char byte;
  pipe(ready);
  fflush(stdout);
  if (fork() == 0) {
    int own = lock(fd, F_SETLK, F_WRLCK, 0, 0); /* not inherited */
    write(ready[1], own == -1 ? "y" : "n", 1);
    _exit(lock(fd, F_SETLKW, F_WRLCK, 0, 0));
  }
  read(ready[0], &byte, 1);
  check(byte == 'y', "a child does not inherit locks");
  usleep(20000);
  lock(fd, F_SETLK, F_UNLCK, 0, 0);
  int status;
  wait(&status);
  check(status == 0, "but gets one that is given up");
  check(lock(fd, F_SETLK, F_WRLCK, 0, 0) == 0, "and loses it when it ends");
  unlink(name);
  return 0;
}
