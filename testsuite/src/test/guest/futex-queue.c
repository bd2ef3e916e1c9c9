/*
 * 64 threads pass numbers through a bounded queue made of atomics and futexes only.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 64, SLOTS = 16, NUMBERS = 1000 };

static void futex_wait(atomic_uint *word, unsigned value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(atomic_uint *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

/* 0 free, 1 taken, 2 taken and somebody may wait. */
static atomic_uint mutex;

static void lock(void) {
  unsigned free = 0;
  if (atomic_compare_exchange_strong(&mutex, &free, 1)) {
    return;
  }
  while (atomic_exchange(&mutex, 2) != 0) {
    futex_wait(&mutex, 2);
  }
}

static void unlock(void) {
  if (atomic_exchange(&mutex, 0) == 2) {
    futex_wake(&mutex, 1);
  }
}

/* Both count events; a waiter sleeps while no event happened since it looked. */
static atomic_uint filled, emptied;
static uint64_t queue[SLOTS];
static unsigned head, tail;

static void put(uint64_t number) {
  for (;;) {
    unsigned seen = atomic_load(&emptied);
    lock();
    if (tail - head < SLOTS) {
      queue[tail++ % SLOTS] = number;
      unlock();
      atomic_fetch_add(&filled, 1);
      futex_wake(&filled, 1);
      return;
    }
    unlock();
    futex_wait(&emptied, seen);
  }
}

static uint64_t take(void) {
  for (;;) {
    unsigned seen = atomic_load(&filled);
    lock();
    if (tail != head) {
      uint64_t number = queue[head++ % SLOTS];
      unlock();
      atomic_fetch_add(&emptied, 1);
      futex_wake(&emptied, 1);
      return number;
    }
    unlock();
    futex_wait(&filled, seen);
  }
}

static atomic_ulong sum;
static _Thread_local uint64_t own;

static void *produce(void *argument) {
  uint64_t index = (uintptr_t)argument;
  for (uint64_t i = 0; i < NUMBERS; i++) {
    put(index * NUMBERS + i);
  }
  return NULL;
}

static void *consume(void *argument) {
  (void)argument;
  for (int i = 0; i < NUMBERS; i++) {
    own += take();
  }
  atomic_fetch_add(&sum, own);
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  for (uintptr_t i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, i % 2 ? consume : produce, (void *)(i / 2)) != 0) {
      return 1;
    }
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
  }
  printf("%lu %u\n", atomic_load(&sum), tail - head);
  return 0;
}
