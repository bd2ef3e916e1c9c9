/* Tags where the kernel writes, moves, copies, shares and takes memory. */
#include "linux.h"

static char page[3 * 4096] __attribute__((aligned(4096)));
static char saved[16] ALIGNED;
static int fds[2];

/* Moves n bytes through a pipe. */
static void through_pipe(const void *from, void *to, long n) {
  check(100, write(fds[1], from, n) == n);
  check(101, read(fds[0], to, n) == n);
}

static void written_by_the_kernel(void) {
  check(1, pipe2(fds) == 0);
  store_capability(page, page, 64);
  check(2, tag_at(page) && length_at(page) == 64);
  through_pipe(page, saved, 16);
  check(3, same(page, saved, 16) && !tag_at(saved));
  /* Its own bits over it. */
  through_pipe(page, page, 16);
  check(4, same(page, saved, 16) && !tag_at(page));
  /* What a short read leaves alone keeps its tag. */
  store_capability(page, page, 64);
  store_capability(page + 16, page, 64);
  check(5, write(fds[1], "x", 1) == 1 && read(fds[0], page, 32) == 1);
  check(6, !tag_at(page) && tag_at(page + 16));
  /* A call that fails leaves everything alone. */
  store_capability(page, page, 64);
  check(7, read(-1, page, 32) < 0 && read(fds[0], page, -1) < 0 && tag_at(page));
  /* getrandom, and a structure. */
  check(8, call3(278, page, 8, 0) == 8 && !tag_at(page) && tag_at(page + 16));
  check(9, call3(113, 1, page + 16, 0) == 0 && !tag_at(page + 16));
}

static void moved(void) {
  char *p = (char *)mmap(0, 8192, 3, 0x22, -1);
  char *q = (char *)mmap(0, 8192, 3, 0x22, -1);
  store_capability(p + 4096, page, 32);
  store_capability(q, page, 32);
  check(20, (char *)mremap(p, 8192, q) == q);
  check(21, !tag_at(q) && tag_at(q + 4096) && length_at(q + 4096) == 32);
  through_pipe(q + 4096, saved, 16);
  /* Given back and mapped anew: neither the bits nor the tag; nor when the bits are written again. */
  check(22, madvise(q, 8192, 4) == 0 && !tag_at(q + 4096));
  through_pipe(saved, q + 4096, 16);
  check(23, !tag_at(q + 4096));
  store_capability(q, page, 32);
  check(24, munmap(q, 8192) == 0 && (char *)mmap(q, 8192, 3, 0x32, -1) == q && !tag_at(q));
  /* The place it was moved from. */
  check(25, (char *)mmap(p, 8192, 3, 0x32, -1) == p && !tag_at(p + 4096));
}

/* Writes an integer of the same value. */
static void rewrite(void *p) {
  volatile long *word = p;
  *word = *word;
}

static void copied(void) {
  int status = -1;
  store_capability(page, page, 48);
  store_capability(page + 16, page, 48);
  rewrite(page + 16);
  long child = fork();
  if (child == 0) {
    check(1, tag_at(page) && length_at(page) == 48 && !tag_at(page + 16));
    rewrite(page);
    check(2, !tag_at(page));
    exit(77);
  }
  check(30, wait4(&status) == child && status == 77 << 8);
  check(31, tag_at(page));
}

static void run(long *stack) {
  check(99, stack[0] == 1);
  written_by_the_kernel();
  moved();
  copied();
  write(1, "memory ok\n", 10);
}
