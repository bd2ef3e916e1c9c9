// Takes what its argument says until it gets no more, and says how much it was and the error number.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void *wait_for_ever(void *unused) {
  for (;;) pause();
}

int main(int count, char **arguments) {
  long got = 0;
  int error = 0;
  pthread_t thread;
  if (strcmp(arguments[1], "nproc") == 0) {
    while ((error = pthread_create(&thread, NULL, wait_for_ever, NULL)) == 0) got++;
  } else if (strcmp(arguments[1], "nofile") == 0) {
    while (dup(1) >= 0) got++;
    error = errno;
  } else if (strcmp(arguments[1], "memory") == 0) {
    while (mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) got++;
    error = errno;
  } else {
    for (;;) __asm__ volatile("");
  }
  printf("%ld %d\n", got, error);
  return 0;
}
