/* Counters in memory, incremented by load and store, by one atomic operation, by LR and SC. */
#include "kernels.h"

#include <stdbool.h>

enum { COUNTERS = 64, INCREMENTS = 5000000 };

static uint64_t counters[COUNTERS];

/* The counters are chosen at random, so that no compiler adds increments up. */
static inline __attribute__((always_inline)) uint64_t count(void (*increment)(uint64_t *)) {
  uint64_t state = 2026;
  for (int i = 0; i < COUNTERS; i++) {
    counters[i] = 0;
  }
  for (int i = 0; i < INCREMENTS; i++) {
    increment(&counters[next_random(&state) % COUNTERS]);
  }
  uint64_t checksum = 0;
  for (int i = 0; i < COUNTERS; i++) {
    checksum = checksum * 31 + counters[i];
  }
  return checksum;
}

static inline void plain(uint64_t *c) {
  *c = *c + 1;
}

static inline void amo(uint64_t *c) {
  __atomic_fetch_add(c, 1, __ATOMIC_RELAXED);
}

static inline void lr_sc(uint64_t *c) {
  uint64_t old = __atomic_load_n(c, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(c, &old, old + 1, true, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED)) {
  }
}

uint64_t counter_plain(void) {
  return count(plain);
}

uint64_t counter_amo(void) {
  return count(amo);
}

uint64_t counter_lr_sc(void) {
  return count(lr_sc);
}
