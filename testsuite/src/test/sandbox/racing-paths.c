/*
 * Calls that take a path, on names below /v/swap, which another thread turns from a folder into a
 * symbolic link and back all the time. The link leads to a folder of the host outside of the volume,
 * for whoever follows it there. The arguments are that folder's path on the host and the rounds.
 *
 * The folder has a file "f" that says "inside", the one outside says "OUTSIDE".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define FILE_SIZE 6

static volatile int stop;
static long leaks, successes, failures;

static void *swap(void *unused) {
  while (!stop) {
    syscall(SYS_renameat2, AT_FDCWD, "/v/swap", AT_FDCWD, "/v/other", RENAME_EXCHANGE);
  }
  return NULL;
}

static void leak(const char *what) {
  if (leaks++ < 20) {
    printf("LEAK: %s\n", what);
  }
}

static void count(long result) {
  if (result < 0) {
    failures++;
  } else {
    successes++;
  }
}

static void check_file(const char *what, int fd) {
  char text[16] = "";
  struct stat status;
  count(fd);
  if (fd < 0) {
    return;
  }
  if (read(fd, text, sizeof text - 1) > 0 && strstr(text, "OUT") != NULL) {
    leak(what);
  }
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > FILE_SIZE) {
    leak(what);
  }
  close(fd);
}

static void do_open(void) { check_file("open", open("/v/swap/f", O_RDONLY)); }
static void do_openat(void) {
  int folder = open("/v/swap", O_RDONLY | O_DIRECTORY);
  if (folder >= 0) {
    check_file("openat", openat(folder, "f", O_RDONLY));
    check_file("openat ..", openat(folder, "../outside/f", O_RDONLY));
    close(folder);
  }
}
static void do_path(void) {
  int fd = open("/v/swap", O_PATH);
  if (fd >= 0) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d/f", fd);
    check_file("O_PATH", open(name, O_RDONLY));
    close(fd);
  }
}
static void do_truncate_open(void) {
  int fd = open("/v/swap/g", O_RDWR | O_CREAT | O_TRUNC, 0600);
  count(fd);
  close(fd);
}
static void do_stat(void) {
  struct stat status;
  int result = stat("/v/swap/f", &status);
  count(result);
  if (result == 0 && status.st_size > FILE_SIZE) {
    leak("stat");
  }
}
static void do_statx(void) {
  struct statx status;
  int result = statx(AT_FDCWD, "/v/swap/f", 0, STATX_ALL, &status);
  count(result);
  if (result == 0 && status.stx_size > FILE_SIZE) {
    leak("statx");
  }
}
static void do_access(void) {
  int result = access("/v/swap/only-outside", F_OK);
  count(result);
  if (result == 0) {
    leak("access");
  }
}
static void do_access2(void) {
  long result = syscall(SYS_faccessat2, AT_FDCWD, "/v/swap/only-outside", F_OK, AT_EACCESS);
  count(result);
  if (result == 0) {
    leak("faccessat2");
  }
}
static void do_rename_in(void) {
  close(open("/v/moved", O_WRONLY | O_CREAT, 0600));
  count(rename("/v/moved", "/v/swap/moved"));
}
static void do_rename_out(void) {
  int result = rename("/v/swap/only-outside", "/v/stolen");
  count(result);
  if (result == 0) {
    leak("rename");
  }
}
static void do_link(void) {
  count(link("/v/swap/f", "/v/linked"));
  check_file("link", open("/v/linked", O_RDONLY));
  unlink("/v/linked");
  count(link("/v/base", "/v/swap/linked"));
  unlink("/v/swap/linked");
}
static void do_symlink(void) {
  count(symlink("x", "/v/swap/symbolic"));
  unlink("/v/swap/symbolic");
}
static void do_unlink(void) {
  int result = unlink("/v/swap/only-outside");
  count(result);
  if (result == 0) {
    leak("unlink");
  }
}
static void do_mkdir(void) {
  count(mkdir("/v/swap/made", 0700));
  rmdir("/v/swap/made");
}
static void do_mknod(void) {
  count(mkfifo("/v/swap/fifo", 0600));
  unlink("/v/swap/fifo");
}
static void do_chmod(void) { count(chmod("/v/swap/f", 0644)); }
static void do_chown(void) { count(chown("/v/swap/f", -1, -1)); }
static void do_utimens(void) {
  struct timespec times[2] = {{1, 0}, {1, 0}};
  count(utimensat(AT_FDCWD, "/v/swap/f", times, 0));
}
static void do_truncate(void) { count(truncate("/v/swap/f", FILE_SIZE)); }
static void do_statfs(void) {
  struct statfs status;
  count(statfs("/v/swap/only-outside", &status));
}
static void do_readlink(void) {
  char text[300];
  count(readlink("/v/swap/link-outside", text, sizeof text));
}
static void do_chdir(void) {
  int result = chdir("/v/swap");
  count(result);
  if (result == 0) {
    char text[300];
    check_file("chdir", open("f", O_RDONLY));
    check_file("chdir ..", open("../outside/f", O_RDONLY));
    if (getcwd(text, sizeof text) != NULL && strncmp(text, "/v/", 3) != 0) {
      leak("getcwd");
    }
  }
  chdir("/");
}
static void do_bind(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/v/swap/socket"};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  count(bind(fd, (struct sockaddr *)&address, sizeof address));
  close(fd);
  unlink("/v/swap/socket");
}
static void do_connect(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/v/swap/only-outside"};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  int result = connect(fd, (struct sockaddr *)&address, sizeof address);
  count(result);
  if (result == 0 || errno == ECONNREFUSED) {
    leak("connect");
  }
  close(fd);
}
/* A file that is no socket refuses datagrams: whoever is refused has found it. */
static void send_datagram(int way) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/v/swap/only-outside"};
  struct iovec vector = {"x", 1};
  struct mmsghdr messages[1] = {{{.msg_name = &address,
                                  .msg_namelen = sizeof address,
                                  .msg_iov = &vector,
                                  .msg_iovlen = 1},
                                 0}};
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  long result = way == 0 ? sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof address)
      : way == 1         ? sendmsg(fd, &messages[0].msg_hdr, 0)
                         : sendmmsg(fd, messages, 1, 0);
  count(result);
  if (result > 0 || errno == ECONNREFUSED) {
    leak("datagram");
  }
  close(fd);
}
static void do_sendto(void) { send_datagram(0); }
static void do_sendmsg(void) { send_datagram(1); }
static void do_sendmmsg(void) { send_datagram(2); }
static void do_watch(void) {
  static int watcher = -1;
  if (watcher < 0) {
    watcher = inotify_init1(0);
  }
  int watch = inotify_add_watch(watcher, "/v/swap/only-outside", IN_ALL_EVENTS);
  count(watch);
  if (watch >= 0) {
    leak("inotify");
  }
}
static void do_execve(void) {
  char *arguments[] = {"program", NULL};
  count(execve("/v/swap/program", arguments, NULL));
}

static const struct {
  const char *name;
  void (*call)(void);
} calls[] = {
/* What is tried, and the system call behind it. */
#define CALL(name, system_call) {#name, do_##name}
    CALL(open, openat),
    CALL(openat, openat),
    CALL(path, openat),
    CALL(truncate_open, openat),
    CALL(stat, newfstatat),
    CALL(statx, statx),
    CALL(access, faccessat),
    CALL(access2, faccessat2),
    CALL(rename_in, renameat2),
    CALL(rename_out, renameat2),
    CALL(link, linkat),
    CALL(symlink, symlinkat),
    CALL(unlink, unlinkat),
    CALL(mkdir, mkdirat),
    CALL(mknod, mknodat),
    CALL(chmod, fchmodat),
    CALL(chown, fchownat),
    CALL(utimens, utimensat),
    CALL(truncate, truncate),
    CALL(statfs, statfs),
    CALL(readlink, readlinkat),
    CALL(chdir, chdir),
    CALL(bind, bind),
    CALL(connect, connect),
    CALL(sendto, sendto),
    CALL(sendmsg, sendmsg),
    CALL(sendmmsg, sendmmsg),
    CALL(watch, inotify_add_watch),
    CALL(execve, execve)};

int main(int argument_count, char **arguments) {
  long rounds = atol(arguments[2]);
  mkdir("/v/swap", 0700);
  if (symlink(arguments[1], "/v/other") != 0) {
    perror("/v/other");
    return 1;
  }
  int fd = open("/v/swap/f", O_WRONLY | O_CREAT, 0600);
  write(fd, "inside", FILE_SIZE);
  close(fd);
  close(open("/v/base", O_WRONLY | O_CREAT, 0600));
  setvbuf(stdout, NULL, _IONBF, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, swap, NULL);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    successes = failures = 0;
    for (long n = 0; n < rounds; n++) {
      calls[i].call();
    }
    fprintf(stderr, "%s: %ld succeeded, %ld failed\n", calls[i].name, successes, failures);
  }
  stop = 1;
  pthread_join(thread, NULL);
  printf("leaks %ld\n", leaks);
  return leaks != 0;
}
