// mmap and its relatives.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGE 4096L
#define TRY(call) report(#call, (long)(call))

static void report(const char *call, long result) {
  if (result == -1)
    printf("%s: %s\n", call, strerrorname_np(errno));
  else
    printf("%s: %ld\n", call, result);
}

int main(void) {
  char *area = mmap(NULL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  TRY(mprotect(area, 4 * PAGE, PROT_READ | PROT_WRITE));
  memset(area, 1, 4 * PAGE);
  TRY(madvise(area + PAGE, PAGE, MADV_DONTNEED));
  TRY(area[0] + area[PAGE] + area[2 * PAGE]);
  TRY((char *)mmap(area + 2 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                   0) - area);
  TRY(area[2 * PAGE]);
  TRY(munmap(area + 8 * PAGE, 4 * PAGE));
  TRY(mprotect(area, 16 * PAGE, PROT_READ));
  TRY(mprotect(area + 1, PAGE, PROT_READ));
  TRY(munmap(area + 1, PAGE));
  TRY(munmap(area, 0));
  TRY(munmap(area + 9 * PAGE, 2 * PAGE));
  TRY(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
  TRY(mmap(NULL, 1L << 60, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
      && errno == ENOMEM);

  char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  strcpy(p + PAGE, "kept");
  p = mremap(p, 2 * PAGE, 300 * PAGE, MREMAP_MAYMOVE);
  printf("%s %d\n", p + PAGE, p[299 * PAGE]);
  p = mremap(p, 300 * PAGE, 2 * PAGE, 0);
  printf("%s\n", p + PAGE);
  TRY(mremap(p, PAGE, PAGE, 64) == MAP_FAILED);
  unsigned char in_core[2] = {0};
  p[0] = 1;
  TRY(mincore(p, 2 * PAGE, in_core));
  TRY(in_core[1] & 1);
  TRY(mlock(p, PAGE));
  TRY(munlock(p, PAGE));
  TRY(msync(p, PAGE, MS_ASYNC));

  char *heap = sbrk(0);
  TRY((char *)sbrk(3 * PAGE) - heap);
  heap[2 * PAGE] = 5;
  TRY((char *)sbrk(-3 * PAGE) - heap);
  TRY((char *)sbrk(3 * PAGE) - heap);
  TRY(heap[2 * PAGE]);
  TRY(brk((char *)(1L << 60)));

  TRY(write(1, p + PAGE, 4));
  int pipes[2];
  TRY(pipe(pipes));
  TRY(mprotect(p, PAGE, PROT_READ));
  TRY(write(pipes[1], "x", 1));
  TRY(read(pipes[0], p, 1));
  TRY(mprotect(p, PAGE, PROT_NONE));
  TRY(write(pipes[1], p, 1));
  struct rlimit limit;
  TRY(getrlimit(RLIMIT_STACK, &limit));
  TRY(limit.rlim_cur);
  return 0;
}
