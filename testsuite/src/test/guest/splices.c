/*
 * splice, tee and vmsplice between pipes, files, sockets and memory: what moves, offsets, waiting,
 * and errors.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int first[2], second[2];

static void result(const char *what, ssize_t n) {
  printf("%s: %zd %s\n", what, n, n < 0 ? strerror(errno) : "");
}

static void show(int fd) {
  char text[100];
  ssize_t n = read(fd, text, sizeof text);
  printf("  '%.*s'\n", n < 0 ? 0 : (int)n, text);
}

static void *writer(void *unused) {
  struct timespec time = {0, 50 * 1000 * 1000};
  nanosleep(&time, NULL);
  if (write(first[1], "late", 4) != 4) {
    perror("late");
  }
  return NULL;
}

static void *reader(void *unused) {
  struct timespec time = {0, 50 * 1000 * 1000};
  nanosleep(&time, NULL);
  static char text[1 << 17];
  long total = 0;
  while (total < 60000) {
    total += read(second[0], text, 60000 - total);
  }
  return NULL;
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  char name[] = "/tmp/splices-XXXXXX";
  int file = mkstemp(name);
  unlink(name);
  pipe(first);
  pipe(second);

  write(first[1], "hello world", 11);
  result("tee", tee(first[0], second[1], 5, 0));
  show(second[0]);
  result("pipe to pipe", splice(first[0], NULL, second[1], NULL, 100, 0));
  show(second[0]);

  write(first[1], "to a file", 9);
  result("to a file", splice(first[0], NULL, file, NULL, 100, SPLICE_F_MOVE));
  loff_t offset = 3;
  write(first[1], "THE", 3);
  result("at an offset", splice(first[0], NULL, file, &offset, 100, 0));
  printf("offset %ld, position %ld\n", (long)offset, (long)lseek(file, 0, SEEK_CUR));
  offset = 0;
  result("from a file", splice(file, &offset, second[1], NULL, 100, SPLICE_F_MORE));
  printf("offset %ld\n", (long)offset);
  show(second[0]);
  result("from its end", splice(file, NULL, second[1], NULL, 100, 0));

  int sockets[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  write(sockets[0], "through a socket", 16);
  result("from a socket", splice(sockets[1], NULL, second[1], NULL, 100, 0));
  result("to a socket", splice(second[0], NULL, sockets[1], NULL, 100, 0));
  show(sockets[0]);

  struct iovec vector[2] = {{"from ", 5}, {"memory", 6}};
  result("from memory", vmsplice(first[1], vector, 2, 0));
  char a[4] = "", b[20] = "";
  struct iovec into[2] = {{a, 4}, {b, 20}};
  result("to memory", vmsplice(first[0], into, 2, 0));
  printf("  '%.4s' '%s'\n", a, b);

  pthread_t thread;
  pthread_create(&thread, NULL, writer, NULL);
  result("waits for data", splice(first[0], NULL, second[1], NULL, 100, 0));
  pthread_join(thread, NULL);
  show(second[0]);
  static char fill[4096];
  int flags = fcntl(second[1], F_GETFL);
  fcntl(second[1], F_SETFL, flags | O_NONBLOCK);
  while (write(second[1], fill, sizeof fill) > 0) {
  }
  fcntl(second[1], F_SETFL, flags);
  write(first[1], "room", 4);
  result("full", splice(first[0], NULL, second[1], NULL, 100, SPLICE_F_NONBLOCK));
  pthread_create(&thread, NULL, reader, NULL);
  result("waits for room", splice(first[0], NULL, second[1], NULL, 100, 0));
  pthread_join(thread, NULL);

  result("empty", splice(first[0], NULL, second[1], NULL, 100, SPLICE_F_NONBLOCK));
  result("empty tee", tee(first[0], second[1], 100, SPLICE_F_NONBLOCK));
  result("no pipe", splice(file, NULL, file, NULL, 10, 0));
  result("offset of a pipe", splice(first[0], &offset, file, NULL, 10, 0));
  result("wrong end", splice(first[1], NULL, second[1], NULL, 10, 0));
  result("no file", splice(first[0], NULL, 99, NULL, 10, 0));
  result("flags", splice(first[0], NULL, second[1], NULL, 10, 64));
  result("nothing", splice(first[0], NULL, second[1], NULL, 0, 0));
  result("tee to a file", tee(first[0], file, 10, 0));
  result("memory of a file", vmsplice(file, vector, 2, 0));
  result("bad memory", vmsplice(first[1], (struct iovec *)8, 2, 0));
  close(second[0]);
  write(first[1], "gone", 4);
  result("nobody reads", splice(first[0], NULL, second[1], NULL, 10, 0));
  close(first[1]);
  show(first[0]);
  result("end", splice(first[0], NULL, sockets[1], NULL, 10, 0));
  return 0;
}
