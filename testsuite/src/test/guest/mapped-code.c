/*
 * Code that is written through one mapping of its memory and run, by another thread, through a second
 * one. The cache of instructions is flushed where it is run.
 *
 * build: -pthread
 * unrecorded: qemu-riscv64 does not see writes through another address, whatever is flushed
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define GENERATIONS 1000

static atomic_long wrong;
static atomic_int stop;

typedef long function(void);

static atomic_long wanted, seen;
static uint32_t *shared_code;

/* Runs each generation as soon as it is announced. */
static void *run_generations(void *unused) {
  long last = 0;
  while (!atomic_load(&stop)) {
    long want = atomic_load(&wanted);
    if (want != last) {
      last = want;
      long got = ((function *)shared_code)();
      for (int i = 0; i < 20 && got == want; i++) {
        got = ((function *)shared_code)();
      }
      if (got != want) {
        atomic_fetch_add(&wrong, 1);
      }
      atomic_store(&seen, want);
    }
  }
  return NULL;
}

static void write_generation(uint32_t *place, long value) {
  place[0] = (uint32_t)(value & 0xfffff) << 12 | 0x537; /* lui a0, value */
  place[1] = 0x00c55513;                                /* srli a0, a0, 12 */
  place[2] = 0x00008067;                                /* ret */
}

int main(void) {
  pthread_t thread;
  int file = memfd_create("code", 0);
  if (ftruncate(file, PAGE) != 0) {
    return 1;
  }
  uint32_t *writable = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  shared_code = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
  pthread_create(&thread, NULL, run_generations, NULL);
  for (long i = 1; i <= GENERATIONS; i++) {
    write_generation(writable, i);
    __builtin___clear_cache((char *)shared_code, (char *)shared_code + PAGE);
    atomic_store(&wanted, i);
    while (atomic_load(&seen) != i) {
    }
  }
  atomic_store(&stop, 1);
  pthread_join(thread, NULL);
  printf("%ld generations, %ld wrong\n", atomic_load(&seen), atomic_load(&wrong));
  return 0;
}
