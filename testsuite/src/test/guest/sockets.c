/* build: -pthread */
/* An epoll echo server over loopback, Unix sockets, passed descriptors, datagrams and poll. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS 8
#define ROUNDS 50

static struct sockaddr_in address;

static void *client(void *argument) {
  long number = (long)argument;
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s, (struct sockaddr *)&address, sizeof address) != 0) {
    return (void *)-1L;
  }
  char sent[1000], got[1000];
  long good = 0;
  for (int i = 0; i < ROUNDS; i++) {
    memset(sent, (int)('a' + (number + i) % 26), sizeof sent);
    send(s, sent, sizeof sent, 0);
    if (recv(s, got, sizeof got, MSG_WAITALL) == sizeof got && memcmp(sent, got, sizeof got) == 0) {
      good++;
    }
  }
  shutdown(s, SHUT_WR);
  good += recv(s, got, 1, 0) == 0;
  close(s);
  return (void *)good;
}

static void serve(int listener) {
  int set = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {EPOLLIN, {.fd = listener}}, ready[16];
  epoll_ctl(set, EPOLL_CTL_ADD, listener, &event);
  int open = 0, finished = 0;
  while (finished < CLIENTS) {
    int n = epoll_wait(set, ready, 16, 5000);
    if (n <= 0) {
      printf("epoll_wait %d\n", n);
      break;
    }
    for (int i = 0; i < n; i++) {
      int s = ready[i].data.fd;
      if (s == listener) {
        while ((s = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          struct epoll_event more = {EPOLLIN | EPOLLRDHUP, {.fd = s}};
          epoll_ctl(set, EPOLL_CTL_ADD, s, &more);
          open++;
        }
        continue;
      }
      char data[4096];
      ssize_t length;
      while ((length = read(s, data, sizeof data)) > 0) {
        ssize_t written = 0;
        while (written < length) {
          ssize_t w = write(s, data + written, (size_t)(length - written));
          written += w > 0 ? w : 0;
        }
      }
      if (length == 0) {
        close(s);
        finished++;
      }
    }
  }
  printf("served %d of %d\n", finished, open);
  close(set);
}

static void echo(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, (struct sockaddr *)&address, sizeof address);
  listen(listener, 16);
  socklen_t length = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("bound %d %s length %u\n", address.sin_port != 0, inet_ntoa(address.sin_addr), length);
  pthread_t clients[CLIENTS];
  for (long i = 0; i < CLIENTS; i++) {
    pthread_create(&clients[i], NULL, client, (void *)i);
  }
  serve(listener);
  long good = 0;
  for (int i = 0; i < CLIENTS; i++) {
    void *result;
    pthread_join(clients[i], &result);
    good += (long)result;
  }
  printf("echoed %ld\n", good);
  close(listener);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int value = 0;
  length = sizeof value;
  getsockopt(s, IPPROTO_TCP, TCP_NODELAY, &value, &length);
  int refused = connect(s, (struct sockaddr *)&address, sizeof address);
  printf("nodelay %d refused %d %d\n", value, refused, errno == ECONNREFUSED);
  close(s);
}

/* Sends a descriptor over a socket and reads through the one that arrives. */
static void pass(void) {
  int pair[2], pipes[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  if (pipe(pipes) != 0) {
    return;
  }
  char control[CMSG_SPACE(sizeof(int))], byte = 'x';
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
                           .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &pipes[0], sizeof(int));
  ssize_t sent = sendmsg(pair[0], &message, 0);
  memset(control, 0, sizeof control);
  byte = 0;
  message.msg_controllen = sizeof control;
  ssize_t got = recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC);
  header = CMSG_FIRSTHDR(&message);
  int received = -1;
  if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
    memcpy(&received, CMSG_DATA(header), sizeof(int));
  }
  write(pipes[1], "through", 7);
  char text[16] = "";
  ssize_t n = read(received, text, sizeof text);
  printf("sent %zd got %zd %c, passed %d, read %zd %s, cloexec %d\n", sent, got, byte,
         received != pipes[0] && received > 2, n, text, fcntl(received, F_GETFD));
}

static void names(void) {
  struct sockaddr_un name = {AF_UNIX, ""}, seen;
  strcpy(name.sun_path + 1, "capvm-test");
  socklen_t length = offsetof(struct sockaddr_un, sun_path) + 11;
  int s = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
  int bound = bind(s, (struct sockaddr *)&name, length);
  listen(s, 1);
  int connected = connect(c, (struct sockaddr *)&name, length);
  socklen_t got = sizeof seen;
  getpeername(c, (struct sockaddr *)&seen, &got);
  printf("abstract %d %d peer %d\n", bound, connected,
         got == length && memcmp(&seen, &name, length) == 0);
  struct sockaddr_un path = {AF_UNIX, "/tmp/capvm-socket-test"};
  unlink(path.sun_path);
  s = socket(AF_UNIX, SOCK_DGRAM, 0);
  c = socket(AF_UNIX, SOCK_DGRAM, 0);
  bound = bind(s, (struct sockaddr *)&path, sizeof path);
  ssize_t sent = sendto(c, "datagram", 8, 0, (struct sockaddr *)&path, sizeof path);
  char text[16] = "";
  ssize_t n = recv(s, text, sizeof text, 0);
  got = sizeof seen;
  getsockname(s, (struct sockaddr *)&seen, &got);
  printf("path %d sent %zd got %zd %s name %s\n", bound, sent, n, text, seen.sun_path);
  unlink(path.sun_path);
  sent = sendto(c, "datagram", 8, 0, (struct sockaddr *)&path, sizeof path);
  printf("gone %zd %d\n", sent, errno == ENOENT);
}

static void waits(void) {
  int event = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK);
  uint64_t value = 0;
  ssize_t n = read(event, &value, sizeof value);
  printf("eventfd %zd %d\n", n, (int)value);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec setting = {{0, 5000000}, {0, 5000000}};
  timerfd_settime(timer, 0, &setting, NULL);
  n = read(timer, &value, sizeof value);
  printf("timerfd %zd %d\n", n, value >= 1);
  struct pollfd entries[] = {{event, POLLIN | POLLOUT, 0}, {-1, POLLIN, 0}, {77, POLLIN, 0},
                             {timer, POLLIN, 0}};
  int ready = poll(entries, 4, 1000);
  printf("poll %d:", ready >= 2);
  printf(" %d %d %d\n", entries[0].revents, entries[1].revents, entries[2].revents);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(timer, &set);
  struct timeval limit = {5, 0};
  ready = select(timer + 1, &set, NULL, NULL, &limit);
  printf("select %d %d\n", ready, FD_ISSET(timer, &set) != 0);
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  struct timeval brief = {0, 30000};
  setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
  char byte;
  n = recv(pair[0], &byte, 1, 0);
  printf("receive timeout %zd %d\n", n, errno == EAGAIN);
  n = read(pair[0], &byte, 1);
  printf("read timeout %zd %d\n", n, errno == EAGAIN);
  close(pair[1]);
  n = send(pair[0], &byte, 1, MSG_NOSIGNAL);
  printf("closed %zd %d\n", n, errno == EPIPE);
  int udp = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  bind(udp, (struct sockaddr *)&to, sizeof to);
  socklen_t length = sizeof to;
  getsockname(udp, (struct sockaddr *)&to, &length);
  sendto(other, "udp", 3, 0, (struct sockaddr *)&to, sizeof to);
  char text[8] = "";
  struct sockaddr_in from;
  length = sizeof from;
  n = recvfrom(udp, text, sizeof text, 0, (struct sockaddr *)&from, &length);
  printf("udp %zd %s from %s\n", n, text, inet_ntoa(from.sin_addr));
}

int main(void) {
  echo();
  pass();
  names();
  waits();
  return 0;
}
