/* The benchmark kernels: each computes a checksum from nothing but its own constants. */
#ifndef KERNELS_H
#define KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define NOINLINE __attribute__((noinline))

/* Hides a value from the optimiser, so that no kernel is computed at compile time. */
static inline uint64_t opaque(uint64_t value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

/* xorshift64*: the same pseudo-random sequence on every machine. */
static inline uint64_t next_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return x * 0x2545f4914f6cdd1dULL;
}

uint64_t sieve(void);
uint64_t matrix(void);
uint64_t fib(void);
uint64_t fib_double(void);
uint64_t lists(void);
uint64_t sha256(void);
uint64_t quicksort(void);
uint64_t copy_bytes(void);
uint64_t copy_words(void);
uint64_t strlen_bytes(void);
uint64_t strlen_words(void);
uint64_t bytecode(void);
uint64_t big_switch(void);
uint64_t calls_one_target(void);
uint64_t calls_many_targets(void);
uint64_t nbody(void);
uint64_t hashing(void);
uint64_t counter_plain(void);
uint64_t counter_amo(void);
uint64_t counter_lr_sc(void);

#endif
