/*
 * A million frames that are returned from one by one. Every number of a system call is tried in
 * turn, one at each depth, and all of them at every eighth depth of a part that is longer than what
 * the JVM's stack holds; the arguments are such that nothing happens. At some depths threads are made, and processes that return from all frames, too.
 *
 * build: -pthread
 * unrecorded: what qemu does with wild arguments is not the point; each frame returns what it was given
 * large:
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAMES 1000000
#define PART_START 500000
#define PART_END (PART_START + 24000)
#define NUMBERS 460
#define STACK (256L << 20)

static int numbers[NUMBERS], count;
static long wrong;

static int left_out(int number) {
  switch (number) {
    case SYS_exit: case SYS_exit_group: case SYS_rt_sigreturn: case SYS_clone: case SYS_clone3:
    case SYS_execve: case SYS_execveat: case SYS_close: case SYS_close_range: case SYS_sched_yield:
    case SYS_set_tid_address: case SYS_set_robust_list: case SYS_unshare: case SYS_setns:
      return 1;
    default:
      return 0;
  }
}

static void *thread(void *argument) {
  return argument;
}

static void make_thread(void) {
  pthread_t made;
  void *result;
  if (pthread_create(&made, NULL, thread, &wrong) != 0 || pthread_join(made, &result) != 0 ||
      result != &wrong) {
    wrong++;
  }
}

static void call(int number) {
  syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
}

static int is_child;

__attribute__((noinline)) static uint64_t deep(uint64_t n) {
  if (n == FRAMES) {
    return n;
  }
  call(numbers[n % count]);
  if (n >= PART_START && n < PART_END && n % 8 == 0) {
    for (int i = 0; i < count; i++) {
      call(numbers[i]);
    }
  }
  if (n % 50000 == 49999) {
    make_thread();
  }
  if (n % 300000 == 299999 && !is_child) {
    pid_t child = fork();
    int status;
    is_child = child == 0;
    if (child < 0 || child > 0 && (waitpid(child, &status, 0) != child || status != 0)) {
      wrong++;
    }
  }
  /* A child returns from here. */
  if (!is_child && deep(n + 1) != FRAMES) {
    wrong++;
  }
  return FRAMES;
}

static void *run(void *unused) {
  uint64_t result = deep(0);
  if (is_child) {
    _exit(wrong != 0);
  }
  printf("%s, wrong %ld\n", result == FRAMES ? "returned" : "LOST", wrong);
  return NULL;
}

int main(void) {
  for (int i = 0; i < NUMBERS; i++) {
    if (!left_out(i)) {
      numbers[count++] = i;
    }
  }
  pthread_attr_t attributes;
  pthread_t made;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK);
  pthread_create(&made, &attributes, run, NULL);
  pthread_join(made, NULL);
  return 0;
}
