/*
 * Code that changes under a thread that runs it: unmapped, made unexecutable and executable again,
 * and replaced while it is writable only. The thread faults at an instruction of the loop, with its
 * registers, or goes on.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096
#define ROUNDS 100
#define GENERATIONS 300

static atomic_long counter, faults, wrong;
static atomic_int permitted, stop;
static uint32_t *code;
static sigjmp_buf out;
static volatile int unmapped, expected_code;

/* Counts in memory; s-registers keep what the handler expects to see. */
static const uint32_t counting[] = {
    0x00053583, /* ld a1, 0(a0) */
    0x00158593, /* addi a1, a1, 1 */
    0x00b53023, /* sd a1, 0(a0) */
    0xff5ff06f, /* j . - 12 */
};

static void handler(int number, siginfo_t *info, void *context) {
  ucontext_t *user = context;
  uint64_t pc = user->uc_mcontext.__gregs[REG_PC];
  uint64_t start = (uint64_t)code;
  if (number != SIGSEGV || info->si_code != expected_code || pc < start || pc >= start + 16 ||
      (uint64_t)info->si_addr != pc || user->uc_mcontext.__gregs[REG_A0] != (uint64_t)&counter) {
    atomic_fetch_add(&wrong, 1);
  }
  atomic_fetch_add(&faults, 1);
  if (unmapped) {
    siglongjmp(out, 1);
  }
  while (!atomic_load(&permitted)) {
  }
}

static void *count(void *unused) {
  if (sigsetjmp(out, 1) == 0) {
    ((void (*)(atomic_long *))code)(&counter);
  }
  return NULL;
}

static void wait_until_it_counts(void) {
  long before = atomic_load(&counter);
  while (atomic_load(&counter) < before + 1000) {
  }
}

static void make_code(int protection) {
  code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(code, counting, sizeof counting);
  mprotect(code, PAGE, protection);
  __builtin___clear_cache((char *)code, (char *)code + PAGE);
}

/* Execution is taken away and given back; the thread waits in the handler meanwhile. */
static void take_execution(int without) {
  pthread_t thread;
  make_code(PROT_READ | PROT_EXEC);
  expected_code = SEGV_ACCERR;
  pthread_create(&thread, NULL, count, NULL);
  for (int i = 0; i < ROUNDS; i++) {
    wait_until_it_counts();
    long before = atomic_load(&faults);
    atomic_store(&permitted, 0);
    mprotect(code, PAGE, without);
    while (atomic_load(&faults) == before) {
    }
    long stands = atomic_load(&counter);
    for (volatile int pause = 0; pause < 1000; pause++) {
    }
    if (atomic_load(&counter) != stands) {
      atomic_fetch_add(&wrong, 1);
    }
    mprotect(code, PAGE, PROT_READ | PROT_EXEC);
    atomic_store(&permitted, 1);
  }
  wait_until_it_counts();
  expected_code = SEGV_MAPERR;
  unmapped = 1;
  munmap(code, PAGE);
  pthread_join(thread, NULL);
  unmapped = 0;
  printf("%ld faults, %ld wrong\n", atomic_load(&faults), atomic_load(&wrong));
}

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

/* A page that is never writable and executable at a time. */
static void protected_generations(void) {
  pthread_t thread;
  shared_code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_create(&thread, NULL, run_generations, NULL);
  for (long i = 1; i <= GENERATIONS; i++) {
    mprotect(shared_code, PAGE, PROT_READ | PROT_WRITE);
    write_generation(shared_code, i);
    mprotect(shared_code, PAGE, PROT_READ | PROT_EXEC);
    __builtin___clear_cache((char *)shared_code, (char *)shared_code + PAGE);
    atomic_store(&wanted, i);
    while (atomic_load(&seen) != i) {
    }
  }
  atomic_store(&stop, 1);
  pthread_join(thread, NULL);
  munmap(shared_code, PAGE);
  printf("protected: %ld generations, %ld wrong\n", atomic_load(&seen), atomic_load(&wrong));
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  take_execution(PROT_READ);
  take_execution(PROT_READ | PROT_WRITE);
  take_execution(PROT_NONE);
  protected_generations();
  return 0;
}
