/*
 * Futexes whose word names the owner: mutexes that inherit priority, and the calls themselves. Many threads count under such a mutex; an owner ends; waits time out and are
 * interrupted.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static long counter;
static int go;

static void make(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  printf("inherit %d\n", pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT));
  printf("init %d\n", pthread_mutex_init(&mutex, &attributes));
}

static void *count(void *unused) {
  for (int i = 0; i < 20000; i++) {
    pthread_mutex_lock(&mutex);
    counter++;
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void *wait_for_it(void *unused) {
  pthread_mutex_lock(&mutex);
  while (!go) {
    pthread_cond_wait(&condition, &mutex);
  }
  counter++;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static long futex(uint32_t *word, int operation, const struct timespec *time) {
  long result = syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, 0, time, NULL, 0);
  return result < 0 ? -errno : result;
}

static uint32_t word;
static volatile int locked;

static void *owner(void *seconds) {
  futex(&word, FUTEX_LOCK_PI, NULL);
  locked = 1;
  struct timespec time = {0, 100 * 1000 * 1000};
  nanosleep(&time, NULL);
  if (seconds != NULL) {
    futex(&word, FUTEX_UNLOCK_PI, NULL);
  }
  return NULL;
}

static void *ends_as_owner(void *unused) {
  futex(&word, FUTEX_LOCK_PI, NULL);
  locked = 1;
  while ((__atomic_load_n(&word, __ATOMIC_SEQ_CST) & FUTEX_WAITERS) == 0) {
    sched_yield();
  }
  return NULL;
}

static volatile int handled;

static void handler(int number) {
  handled++;
}

static pthread_t main_thread;

static void *interrupt(void *unused) {
  futex(&word, FUTEX_LOCK_PI, NULL);
  locked = 1;
  struct timespec time = {0, 50 * 1000 * 1000};
  nanosleep(&time, NULL);
  pthread_kill(main_thread, SIGUSR1);
  nanosleep(&time, NULL);
  futex(&word, FUTEX_UNLOCK_PI, NULL);
  return NULL;
}

static void await_lock(void) {
  while (!locked) {
    sched_yield();
  }
  locked = 0;
}

int main(void) {
  pthread_t threads[4];
  setvbuf(stdout, NULL, _IONBF, 0);
  make();
  for (int i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, count, NULL);
  }
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
  }
  printf("counted %ld\n", counter);
  for (int i = 0; i < 4; i++) {
    pthread_create(&threads[i], NULL, wait_for_it, NULL);
  }
  pthread_mutex_lock(&mutex);
  go = 1;
  pthread_cond_broadcast(&condition);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
  }
  printf("woken %ld\n", counter);

  uint32_t self = syscall(SYS_gettid);
  printf("lock %ld, own %d\n", futex(&word, FUTEX_LOCK_PI, NULL), word == self);
  printf("again %d\n", futex(&word, FUTEX_LOCK_PI, NULL) == -EDEADLK);
  printf("try again %d\n", futex(&word, FUTEX_TRYLOCK_PI, NULL) == -EDEADLK);
  printf("unlock %ld, free %d\n", futex(&word, FUTEX_UNLOCK_PI, NULL), word == 0);
  printf("unlock again %d\n", futex(&word, FUTEX_UNLOCK_PI, NULL) == -EPERM);
  printf("try %ld, own %d\n", futex(&word, FUTEX_TRYLOCK_PI, NULL), word == self);
  futex(&word, FUTEX_UNLOCK_PI, NULL);
  word = 0x3ffffff0;
  printf("nobody %d\n", futex(&word, FUTEX_LOCK_PI, NULL) == -ESRCH);
  word = 0;
  printf("unaligned %d\n", futex((uint32_t *)((char *)&word + 1), FUTEX_LOCK_PI, NULL) == -EINVAL);
  printf("bad address %d\n", futex((uint32_t *)8, FUTEX_LOCK_PI, NULL) == -EFAULT);

  pthread_create(&threads[0], NULL, owner, &word);
  await_lock();
  printf("try %d\n", futex(&word, FUTEX_TRYLOCK_PI, NULL) == -EAGAIN);
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += 10 * 1000 * 1000;
  if (time.tv_nsec >= 1000000000) {
    time.tv_sec++;
    time.tv_nsec -= 1000000000;
  }
  printf("time %d\n", futex(&word, FUTEX_LOCK_PI, &time) == -ETIMEDOUT);
  printf("lock %ld, own %d\n", futex(&word, FUTEX_LOCK_PI, NULL), (word & FUTEX_TID_MASK) == self);
  futex(&word, FUTEX_UNLOCK_PI, NULL);
  pthread_join(threads[0], NULL);
  printf("free %d\n", word == 0);

  pthread_create(&threads[0], NULL, ends_as_owner, NULL);
  await_lock();
  printf("inherited %ld, own %d\n", futex(&word, FUTEX_LOCK_PI, NULL), (word & FUTEX_TID_MASK) == self);
  pthread_join(threads[0], NULL);
  printf("unlock %ld\n", futex(&word, FUTEX_UNLOCK_PI, NULL));

  main_thread = pthread_self();
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  pthread_create(&threads[0], NULL, interrupt, NULL);
  await_lock();
  printf("restarted %ld, handled %d\n", futex(&word, FUTEX_LOCK_PI, NULL), handled);
  printf("unlock %ld\n", futex(&word, FUTEX_UNLOCK_PI, NULL));
  pthread_join(threads[0], NULL);

  return 0;
}
