/*
 * kernels NAME REPETITIONS [handler]: runs one kernel again and again, with a handler for SIGSEGV
 * if asked to.
 *
 * Prints "checksum HEX" and one line "repetition WALL CPU" for each repetition, in nanoseconds of
 * CLOCK_MONOTONIC and of CLOCK_THREAD_CPUTIME_ID. Without arguments it prints the kernels' names.
 */
#include "kernels.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct kernel {
  const char *name;
  uint64_t (*run)(void);
} kernels[] = {
    {"sieve", sieve},
    {"matrix", matrix},
    {"fib", fib},
    {"fib-double", fib_double},
    {"lists", lists},
    {"sha256", sha256},
    {"quicksort", quicksort},
    {"copy-bytes", copy_bytes},
    {"copy-words", copy_words},
    {"strlen-bytes", strlen_bytes},
    {"strlen-words", strlen_words},
    {"bytecode", bytecode},
    {"big-switch", big_switch},
    {"calls-one-target", calls_one_target},
    {"calls-many-targets", calls_many_targets},
    {"nbody", nbody},
    {"hashing", hashing},
    /* Not listed: they are compared with each other only. */
    {"counter-plain", counter_plain},
    {"counter-amo", counter_amo},
    {"counter-lr-sc", counter_lr_sc},
};

enum { UNLISTED = 3 };

static void on_fault(int signal) {
  (void)signal;
  _Exit(1);
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) {
    perror("clock_gettime");
    exit(1);
  }
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void measure(const struct kernel *kernel, int repetitions) {
  uint64_t checksum = 0;
  for (int i = 0; i < repetitions; i++) {
    int64_t wall = now(CLOCK_MONOTONIC);
    int64_t cpu = now(CLOCK_THREAD_CPUTIME_ID);
    uint64_t result = kernel->run();
    cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    wall = now(CLOCK_MONOTONIC) - wall;
    if (i > 0 && result != checksum) {
      fprintf(stderr, "%s: repetition %d computed %" PRIx64 ", the first one %" PRIx64 "\n",
              kernel->name, i, result, checksum);
      exit(1);
    }
    checksum = result;
    printf("repetition %" PRId64 " %" PRId64 "\n", wall, cpu);
  }
  printf("checksum %016" PRIx64 "\n", checksum);
}

int main(int argc, char **argv) {
  size_t count = sizeof kernels / sizeof kernels[0];
  if (argc == 1) {
    for (size_t i = 0; i < count - UNLISTED; i++) {
      puts(kernels[i].name);
    }
    return 0;
  }
  int repetitions = argc >= 3 ? atoi(argv[2]) : 0;
  if (argc == 4 && strcmp(argv[3], "handler") == 0) {
    signal(SIGSEGV, on_fault);
  }
  for (size_t i = 0; i < count; i++) {
    if (repetitions > 0 && strcmp(kernels[i].name, argv[1]) == 0) {
      measure(&kernels[i], repetitions);
      return 0;
    }
  }
  fprintf(stderr, "usage: kernels [NAME REPETITIONS [handler]]\n");
  return 2;
}
