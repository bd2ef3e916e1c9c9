/*
 * Robust mutexes that inherit priority, whose owner ends: a thread, and a process.
 *
 * build: -pthread
 * unrecorded: qemu knows no robust lists; from the manual of pthread_mutex_lock
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t robust;

static void make(pthread_mutex_t *m, int shared) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  printf("inherit %d\n", pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT));
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  if (shared) {
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  }
  printf("init %d\n", pthread_mutex_init(m, &attributes));
}

static void *die_with_it(void *unused) {
  pthread_mutex_lock(&robust);
  return NULL;
}

int main(void) {
  pthread_t thread;
  make(&robust, 0);
  pthread_create(&thread, NULL, die_with_it, NULL);
  pthread_join(thread, NULL);
  printf("owner died %d\n", pthread_mutex_lock(&robust) == EOWNERDEAD);
  printf("consistent %d\n", pthread_mutex_consistent(&robust));
  printf("unlock %d\n", pthread_mutex_unlock(&robust));

  pthread_mutex_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  make(shared, 1);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    pthread_mutex_lock(shared);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  printf("process died %d\n", pthread_mutex_lock(shared) == EOWNERDEAD);
  return 0;
}
