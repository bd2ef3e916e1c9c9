// The native side of `cvm bench --suite ipc`: CASE WAY SIZE COUNT CPU-A CPU-B. It prints nanoseconds
// of all COUNT operations, the sum of all bytes that arrived, and the processor time of both ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "sum.h"

// As large as what a receiver in a cVM offers.
enum { RECEIVE = 256 << 10 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static long now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
}

static void *pages(size_t bytes, int flags, int file) {
  void *result = mmap(0, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
  if (result == MAP_FAILED) fail("mmap");
  return result;
}

static void send_all(int file, const char *from, size_t bytes) {
  while (bytes) {
    ssize_t n = write(file, from, bytes);
    if (n <= 0) fail("write");
    from += n;
    bytes -= n;
  }
}

static void receive_all(int file, char *to, size_t bytes) {
  while (bytes) {
    ssize_t n = read(file, to, bytes);
    if (n <= 0) fail("read");
    to += n;
    bytes -= n;
  }
}

// Receives bytes, reading as many as come, and sums them. Words may arrive in parts.
static unsigned long sum_all(int file, char *to, size_t room, size_t bytes) {
  unsigned long sum = 0;
  size_t part = 0;
  while (bytes) {
    size_t want = room - part;
    ssize_t n = read(file, to + part, want < bytes ? want : bytes);
    if (n <= 0) fail("read");
    bytes -= n;
    size_t there = part + n;
    sum += sum_of((void *)to, there & ~7ul);
    part = there & 7;
    memmove(to, to + (there & ~7ul), part);
  }
  return sum;
}

typedef struct {
  long nanoseconds, cpu_a, cpu_b;
  unsigned long sum;
  volatile int ready;
} results;

// The ends: what each writes to, and reads from.
typedef struct {
  int a_out, a_in, b_out, b_in;
} ends;

static ends connect_ends(const char *kind) {
  int there[2], back[2];
  if (!strcmp(kind, "pipe")) {
    if (pipe(there) || pipe(back)) fail("pipe");
    return (ends){there[1], back[0], back[1], there[0]};
  }
  if (!strcmp(kind, "unix_socket")) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, there)) fail("socketpair");
    return (ends){there[0], there[0], there[1], there[1]};
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int on = 1;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  int a = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (void *)&address, length) || listen(listener, 1) ||
      getsockname(listener, (void *)&address, &length) || connect(a, (void *)&address, length))
    fail("tcp");
  int b = accept(listener, 0, 0);
  if (b < 0 || setsockopt(a, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) ||
      setsockopt(b, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on))
    fail("tcp");
  return (ends){a, a, b, b};
}

static void stream(const char *kind, int round_trips, size_t size, long count, int cpu_a, int cpu_b,
                   results *r) {
  ends e = connect_ends(kind);
  size_t room = size > RECEIVE ? size : RECEIVE;
  pid_t child = fork();
  if (child < 0) fail("fork");
  pin(child ? cpu_a : cpu_b);
  char *out = pages(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  char *in = pages(room, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1);
  fill((void *)out, size);
  if (!child) {
    r->ready = 1;
    long cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    if (round_trips) {
      for (long i = 0; i < count; i++) {
        receive_all(e.b_in, in, size);
        r->sum += sum_of((void *)in, size);
        send_all(e.b_out, in, size);
      }
    } else {
      r->sum = sum_all(e.b_in, in, room, size * count);
      send_all(e.b_out, in, 1);
    }
    r->cpu_b = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    _exit(0);
  }
  while (!r->ready) usleep(100);
  long cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  long start = now(CLOCK_MONOTONIC);
  for (long i = 0; i < count; i++) {
    send_all(e.a_out, out, size);
    if (round_trips) receive_all(e.a_in, in, size);
  }
  if (!round_trips && read(e.a_in, in, 1) != 1) fail("read");
  r->nanoseconds = now(CLOCK_MONOTONIC) - start;
  r->cpu_a = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  int status;
  if (wait(&status) != child || status) fail("the other end");
}

// memcpy from private memory, into private memory or a mapping that another process reads.
static void copy(int shared, size_t size, long count, int cpu_a, int cpu_b, results *r) {
  pin(cpu_a);
  int file = shared ? memfd_create("buffer", 0) : -1;
  if (shared && ftruncate(file, size)) fail("ftruncate");
  char *from = pages(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  char *to = pages(size, shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, file);
  fill((void *)from, size);
  memcpy(to, from, size);
  void *(*volatile copier)(void *, const void *, size_t) = memcpy;
  long cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  long start = now(CLOCK_MONOTONIC);
  for (long i = 0; i < count; i++) copier(to, from, size);
  r->nanoseconds = now(CLOCK_MONOTONIC) - start;
  r->cpu_a = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  if (!shared) {
    r->sum = sum_of((void *)to, size);
    return;
  }
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (!child) {
    pin(cpu_b);
    r->sum = sum_of(pages(size, MAP_SHARED, file), size);
    _exit(0);
  }
  int status;
  if (wait(&status) != child || status) fail("the other process");
}

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  size_t size = strtoul(argv[3], 0, 0);
  long count = strtol(argv[4], 0, 0);
  int cpu_a = atoi(argv[5]), cpu_b = atoi(argv[6]);
  results *r = pages(sizeof *r, MAP_SHARED | MAP_ANONYMOUS, -1);
  if (!strcmp(argv[1], "memcpy") || !strcmp(argv[1], "mmap_memcpy"))
    copy(!strcmp(argv[1], "mmap_memcpy"), size, count, cpu_a, cpu_b, r);
  else
    stream(argv[1], !strcmp(argv[2], "round_trip"), size, count, cpu_a, cpu_b, r);
  printf("%ld %lu %ld %ld\n", r->nanoseconds, r->sum, r->cpu_a, r->cpu_b);
  return 0;
}
