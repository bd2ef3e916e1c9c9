/* build: -pthread */
/* Threads as programs use them: joins, condition variables with timeouts, robust mutexes,
 * thread-local storage, barriers, semaphores, cancellation, and many threads at once. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS 64

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_mutex_t robust;
static sem_t semaphore;
static long counter;
static _Thread_local long own;
static pthread_key_t key;
static int destroyed;

static void *count(void *argument) {
  own = (long)argument;
  for (int i = 0; i < 200; i++) {
    pthread_mutex_lock(&mutex);
    counter++;
    pthread_mutex_unlock(&mutex);
    own++;
  }
  pthread_barrier_wait(&barrier);
  return (void *)own;
}

static void *die_holding(void *unused) {
  (void)unused;
  pthread_mutex_lock(&robust);
  return NULL;
}

static void cleanup(void *flag) {
  *(int *)flag = 1;
}

static void *sleeper(void *flag) {
  pthread_cleanup_push(cleanup, flag);
  sem_post(&semaphore);
  for (;;) {
    pause();
  }
  pthread_cleanup_pop(0);
  return NULL;
}

static void destroy(void *value) {
  destroyed += (int)(intptr_t)value;
}

static void *with_key(void *value) {
  pthread_setspecific(key, value);
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  pthread_barrier_init(&barrier, NULL, THREADS);
  for (long i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, count, (void *)(i * 1000)) != 0) {
      printf("create failed at %ld\n", i);
      return 1;
    }
  }
  long sum = 0;
  for (int i = 0; i < THREADS; i++) {
    void *result;
    pthread_join(threads[i], &result);
    sum += (long)result;
  }
  printf("counter %ld sum %ld own %ld\n", counter, sum, own);

  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&robust, &attributes);
  pthread_create(&threads[0], NULL, die_holding, NULL);
  pthread_join(threads[0], NULL);
  int result = pthread_mutex_lock(&robust);
  printf("robust %d", result == EOWNERDEAD);
  pthread_mutex_consistent(&robust);
  pthread_mutex_unlock(&robust);
  printf(" %d\n", pthread_mutex_lock(&robust));

  struct timespec until, before, after;
  clock_gettime(CLOCK_REALTIME, &until);
  clock_gettime(CLOCK_MONOTONIC, &before);
  until.tv_nsec += 100000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  pthread_mutex_lock(&mutex);
  result = pthread_cond_timedwait(&condition, &mutex, &until);
  pthread_mutex_unlock(&mutex);
  clock_gettime(CLOCK_MONOTONIC, &after);
  long millis =
      (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
  printf("timed out %d after %d\n", result == ETIMEDOUT, millis >= 95 && millis < 2000);

  sem_init(&semaphore, 0, 0);
  int cancelled = 0;
  pthread_create(&threads[0], NULL, sleeper, &cancelled);
  sem_wait(&semaphore);
  pthread_cancel(threads[0]);
  void *value;
  pthread_join(threads[0], &value);
  printf("cancelled %d %d\n", value == PTHREAD_CANCELED, cancelled);

  pthread_key_create(&key, destroy);
  for (int i = 0; i < 500; i++) {
    pthread_create(&threads[0], NULL, with_key, (void *)(intptr_t)1);
    pthread_join(threads[0], NULL);
  }
  printf("destroyed %d\n", destroyed);
  return 0;
}
