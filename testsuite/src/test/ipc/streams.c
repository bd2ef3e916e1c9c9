// Streams as character devices. Reader and writer go step by step: each waits for the other where
// it has to, and nothing depends on who is faster.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define DATA "/dev/cvm/streams/data"
#define BACK "/dev/cvm/streams/back"

static volatile int pipes;

static void count_pipe(int signal) { pipes++; }

static short polled(int fd, short events, int timeout) {
  struct pollfd p = {.fd = fd, .events = events};
  CHECK(poll(&p, 1, timeout) >= 0);
  return p.revents;
}

// Waits for a byte of the other side.
static void expect(int fd, char wanted) {
  char c;
  CHECK(read(fd, &c, 1) == 1);
  CHECK(c == wanted);
}

static void tell(int fd, char c) { CHECK(write(fd, &c, 1) == 1); }

static unsigned char pattern(long i) { return i * 31 + (i >> 8); }

static char buffer[1 << 20];

static void write_side(void) {
  FAILS(ENOENT, open("/dev/cvm/streams/none", O_WRONLY));
  FAILS(EACCES, open(DATA, O_RDONLY));
  FAILS(EACCES, open("/dev/cvm/streams/closed", O_WRONLY));
  struct stat s;
  CHECK(stat(DATA, &s) == 0 && S_ISCHR(s.st_mode));
  int data = open(DATA, O_WRONLY);
  int back = open(BACK, O_RDONLY);
  CHECK(data >= 0 && back >= 0);
  FAILS(ESPIPE, lseek(data, 0, SEEK_CUR));
  FAILS(EBADF, read(data, buffer, 1));

  // A megabyte, more than any buffer holds.
  for (long i = 0; i < (long)sizeof buffer; i++) buffer[i] = pattern(i);
  CHECK(write(data, buffer, sizeof buffer) == sizeof buffer);
  expect(back, 'a');

  // Nobody reads: what does not fit must wait.
  CHECK(fcntl(data, F_SETFL, O_NONBLOCK) == 0);
  CHECK(polled(data, POLLOUT, -1) == POLLOUT);
  long sent = 0, n;
  while ((n = write(data, buffer, sizeof buffer)) > 0) sent += n;
  CHECK(n == -1 && errno == EAGAIN && sent > 0);
  CHECK(polled(data, POLLOUT, 0) == 0);
  int other = open(DATA, O_WRONLY);
  CHECK(write(other, &sent, sizeof sent) == sizeof sent);
  CHECK(close(other) == 0);
  CHECK(polled(data, POLLOUT, -1) == POLLOUT);
  expect(back, 'b');
  CHECK(fcntl(data, F_SETFL, 0) == 0);

  // The end of the stream, and of the reader.
  CHECK(close(data) == 0);
  expect(back, 'c');
  data = open(DATA, O_WRONLY);
  signal(SIGPIPE, count_pipe);
  tell(data, 'd');
  CHECK((polled(data, 0, -1) & POLLHUP) != 0);
  FAILS(EPIPE, write(data, buffer, 1));
  CHECK(pipes == 1);
  FAILS(EPIPE, write(data, buffer, sizeof buffer));
  CHECK(pipes == 2);
  CHECK(close(data) == 0);

  // A reader that waits by epoll, also for a connection.
  expect(back, 'e');
  data = open(DATA, O_WRONLY);
  tell(data, 'f');
  expect(back, 'g');
  CHECK(close(data) == 0);
  CHECK(read(back, buffer, 1) == 0);
}

static void read_all(int fd, long bytes) {
  for (long done = 0; done < bytes;) {
    long most = 1 + done % 5000;
    long n = read(fd, buffer, most < bytes - done ? most : bytes - done);
    CHECK(n > 0);
    for (long i = 0; i < n; i++) CHECK((unsigned char)buffer[i] == pattern((done + i) % sizeof buffer));
    done += n;
  }
}

static void read_side(void) {
  int data = open(DATA, O_RDONLY);
  int back = open(BACK, O_WRONLY);
  CHECK(data >= 0 && back >= 0);
  read_all(data, sizeof buffer);
  tell(back, 'a');

  int other = open(DATA, O_RDONLY);
  long sent;
  CHECK(read(other, &sent, sizeof sent) == sizeof sent);
  CHECK(read(other, buffer, 1) == 0);
  CHECK(close(other) == 0);
  // What was sent begins anew with each write that was not refused: count it only.
  for (long left = sent; left > 0;) {
    long n = read(data, buffer, left < 4096 ? left : 4096);
    CHECK(n > 0);
    left -= n;
  }
  tell(back, 'b');
  CHECK(read(data, buffer, 1) == 0);
  CHECK((polled(data, POLLIN, -1) & (POLLIN | POLLHUP)) == (POLLIN | POLLHUP));
  CHECK(read(data, buffer, 1) == 0);
  CHECK(close(data) == 0);
  tell(back, 'c');

  data = open(DATA, O_RDONLY);
  expect(data, 'd');
  CHECK(close(data) == 0);

  data = open(DATA, O_RDONLY | O_NONBLOCK);
  FAILS(EAGAIN, read(data, buffer, 1));
  int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = data};
  CHECK(epoll_ctl(set, EPOLL_CTL_ADD, data, &event) == 0);
  CHECK(epoll_wait(set, &event, 1, 0) == 0);
  tell(back, 'e');
  while (read(data, buffer, 1) != 1) {
    CHECK(errno == EAGAIN);
    CHECK(epoll_wait(set, &event, 1, -1) == 1 && event.data.fd == data);
  }
  CHECK(buffer[0] == 'f');
  tell(back, 'g');
  do {
    CHECK(epoll_wait(set, &event, 1, -1) == 1 && event.data.fd == data);
  } while (read(data, buffer, 1) == -1 && errno == EAGAIN);
  CHECK(read(data, buffer, 1) == 0);
  CHECK(close(back) == 0);
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  if (!strcmp(arguments[1], "writer")) write_side();
  else read_side();
  puts("good");
}
