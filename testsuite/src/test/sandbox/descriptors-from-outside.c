/*
 * Descriptors that cross the border of a cVM over Unix sockets of a volume. The same program is both
 * sides: "inside FOLDER" is what a guest runs, "outside FOLDER SECRETS" a process of the host, where
 * FOLDER is the volume as that side sees it. The outside passes descriptors of what lies in SECRETS
 * and of pipes, sockets and memory in every way that sockets know; the inside uses what it gets to
 * find the file "only-outside", and prints how many it got. Run as two processes of one Linux, the
 * inside gets all. With another cVM as the outside, "inside FOLDER apart", nothing passes out either.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 8
#define KINDS 7 /* Messages of what the outside has, by number; the last one passes three at once. */
#define PASSED (KINDS - 1 + 3)
#define ENOUGH 6000

static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
static const char *const names[] = {"stream", "sequence", "datagram"};
static const char *folder, *secrets;
static long messages, truncated, received, escapes;

static void failed(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static struct sockaddr_un address(const char *name) {
  struct sockaddr_un result = {.sun_family = AF_UNIX};
  snprintf(result.sun_path, sizeof result.sun_path, "%s/%s", folder, name);
  return result;
}

static int bound(int type, const char *name) {
  struct sockaddr_un at = address(name);
  int fd = socket(AF_UNIX, type, 0);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || (type != SOCK_DGRAM && listen(fd, 4) != 0)) {
    failed(name);
  }
  return fd;
}

/* Waits for the other side to bind the name. */
static int connected(int type, const char *name) {
  struct sockaddr_un at = address(name);
  int fd = socket(AF_UNIX, type, 0);
  for (int i = 0; i < ENOUGH; i++) {
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) {
      return fd;
    }
    usleep(10000);
  }
  failed(name);
  return -1;
}

static void mark(const char *name) {
  close(open(address(name).sun_path, O_WRONLY | O_CREAT, 0600));
}

static void await(const char *name) {
  for (int i = 0; i < ENOUGH; i++) {
    if (access(address(name).sun_path, F_OK) == 0) {
      return;
    }
    usleep(10000);
  }
  failed(name);
}

static void pass(int socket, const int *descriptors, int count) {
  char byte = 'x', space[CMSG_SPACE(MOST * sizeof(int))] = {0};
  struct iovec vector = {&byte, 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = space,
      .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  struct cmsghdr *control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(control), descriptors, count * sizeof(int));
  if (sendmsg(socket, &message, 0) != 1) {
    failed("sendmsg");
  }
}

/* Receives a message in one of four ways; returns how many descriptors came with it. */
static int receive(int socket, int way, int *descriptors) {
  char byte, space[CMSG_SPACE(MOST * sizeof(int))];
  struct iovec vector = {&byte, 1};
  struct mmsghdr all = {.msg_hdr = {.msg_iov = &vector, .msg_iovlen = 1}};
  struct msghdr *message = &all.msg_hdr;
  message->msg_control = space;
  message->msg_controllen = sizeof space;
  long result = way == 1 ? recvmmsg(socket, &all, 1, 0, NULL)
      : recvmsg(socket, message, way == 2 ? MSG_PEEK : way == 3 ? MSG_CMSG_CLOEXEC : 0);
  if (result != 1 || byte != 'x') {
    failed("recvmsg");
  }
  messages++;
  truncated += (message->msg_flags & MSG_CTRUNC) != 0;
  int count = 0;
  struct cmsghdr *control = CMSG_FIRSTHDR(message);
  if (control != NULL && control->cmsg_type == SCM_RIGHTS) {
    count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(descriptors, CMSG_DATA(control), count * sizeof(int));
  }
  if (way == 2) { /* What was only looked at comes again, and is thrown away by who has no room. */
    if (read(socket, &byte, 1) != 1) {
      failed("read");
    }
  }
  return count;
}

/* Tries to get at the outside by a descriptor. */
static int leads_outside(int fd) {
  char text[64] = "", path[64];
  int found = pread(fd, text, sizeof text - 1, 0) > 0 && strstr(text, "OUTSIDE") != NULL;
  int file = openat(fd, "only-outside", O_RDONLY);
  found |= file >= 0;
  close(file);
  snprintf(path, sizeof path, "/proc/self/fd/%d/only-outside", fd);
  found |= access(path, F_OK) == 0;
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  file = open(path, O_RDONLY | O_NONBLOCK);
  found |= file >= 0 && read(file, text, sizeof text - 1) > 0 && strstr(text, "OUTSIDE") != NULL;
  close(file);
  if (fchdir(fd) == 0) {
    found |= access("only-outside", F_OK) == 0;
    chdir("/");
  }
  return found;
}

static void take(int socket, int way) {
  int descriptors[MOST];
  int count = receive(socket, way, descriptors);
  received += count;
  for (int i = 0; i < count; i++) {
    escapes += leads_outside(descriptors[i]);
    close(descriptors[i]);
  }
}

static int open_descriptors(void) {
  int count = 0;
  DIR *list = opendir("/proc/self/fd");
  while (readdir(list) != NULL) {
    count++;
  }
  closedir(list);
  return count;
}

/* Between processes of the inside descriptors pass as ever. */
static void pass_inside(void) {
  int pair[2], got[MOST], status;
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  if (fork() == 0) {
    int own = open(address("file").sun_path, O_RDONLY);
    pass(pair[1], &own, 1);
    _exit(0);
  }
  wait(&status);
  char text[16] = "";
  int count = receive(pair[0], 0, got);
  printf("passed inside: %d, %s\n", count, count == 1 && read(got[0], text, 6) == 6 ? text : "lost");
  messages--;
  close(got[0]);
  close(pair[0]);
  close(pair[1]);
}

static void inside(int apart) {
  int before = open_descriptors();
  for (int i = 0; i < 3; i++) {
    int socket = bound(types[i], names[i]);
    char sent[32];
    snprintf(sent, sizeof sent, "%s-sent", names[i]);
    await(sent); /* The messages are in the queue before the connection is accepted. */
    int connection = types[i] == SOCK_DGRAM ? socket : accept(socket, NULL, NULL);
    for (int way = 0; way < 4; way++) {
      for (int kind = 0; kind < KINDS; kind++) {
        take(connection, way);
      }
      if (way == 0) {
        strcat(sent, "-go"); /* What is sent from now on goes to an accepted connection. */
        mark(sent);
      }
    }
    close(connection);
    close(socket);
  }
  int connection = connected(SOCK_STREAM, "outside");
  for (int kind = 0; kind < KINDS; kind++) {
    take(connection, 0);
  }
  /* What the outside got from here and passes back is from outside, too. */
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  int own[3] = {open(address("file").sun_path, O_RDWR), open(folder, O_RDONLY | O_DIRECTORY), pair[1]};
  pass(connection, own, 3);
  take(connection, 0);
  /* The outside holds an end of a socket pair that was made here. */
  take(apart ? connection : pair[0], 0);
  for (int i = 0; i < 3; i++) {
    close(own[i]);
  }
  close(pair[0]);
  close(connection);
  pass_inside();
  printf("messages %ld, truncated %ld, received %ld, escapes %s, left open %d\n", messages, truncated,
      received, escapes > 0 ? "some" : "none", open_descriptors() - before);
}

static void pass_all(int socket) {
  char path[200];
  int ends[2], pair[2];
  snprintf(path, sizeof path, "%s/only-outside", secrets);
  pipe(ends);
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  int file = open(path, O_RDWR), point = open(secrets, O_PATH);
  int place = open(secrets, O_RDONLY | O_DIRECTORY), memory = memfd_create("OUTSIDE", 0);
  int single[KINDS - 1] = {file, point, place, memory, ends[1], pair[1]};
  int three[3] = {place, file, ends[0]};
  for (int i = 0; i < KINDS - 1; i++) {
    pass(socket, &single[i], 1);
  }
  pass(socket, three, 3);
  for (int i = 0; i < KINDS - 1; i++) {
    close(single[i]);
  }
  close(ends[0]);
  close(pair[0]);
}

static void outside(void) {
  char text[64];
  int got[MOST];
  for (int i = 0; i < 3; i++) {
    int socket = connected(types[i], names[i]);
    char sent[32];
    snprintf(sent, sizeof sent, "%s-sent", names[i]);
    pass_all(socket);
    mark(sent);
    strcat(sent, "-go");
    await(sent);
    for (int way = 1; way < 4; way++) {
      pass_all(socket);
    }
    await(i < 2 ? names[i + 1] : "file"); /* Until all is read. */
    close(socket);
  }
  int listening = bound(SOCK_STREAM, "outside");
  int connection = accept(listening, NULL, NULL);
  pass_all(connection);
  int secret = open(secrets, O_RDONLY | O_DIRECTORY);
  int count = receive(connection, 0, got);
  if (count == 3) {
    long length = read(got[0], text, sizeof text);
    printf("from inside: %.*s, %s\n", (int)length, text,
        faccessat(got[1], "file", F_OK, 0) == 0 ? "folder" : "lost");
    pass(connection, got, 2);
    pass(got[2], &secret, 1);
  } else {
    printf("from inside: %d\n", count);
    pass(connection, &secret, 1);
    pass(connection, &secret, 1);
  }
}

int main(int argument_count, char **arguments) {
  folder = arguments[2];
  secrets = arguments[3];
  if (strcmp(arguments[1], "inside") == 0) {
    inside(argument_count > 3);
  } else {
    outside();
  }
  return 0;
}
