/*
 * System calls at all depths of the stack. The JVM's stack is a cache of the guest's: it is emptied
 * when the guest's has grown by 768 KiB since, and by calls that need all registers. So at each of
 * the last depths before it is emptied all other calls are made, and then, each time from an empty
 * JVM stack, one of those that empty it. The arguments are such that nothing happens. At some depths
 * threads are made, and processes that return from all frames.
 *
 * The arguments are the number of frames, of the last depths, and the calls that empty the stack.
 *
 * build: -pthread
 * unrecorded: what qemu does with wild arguments is not the point; each frame returns what it was given
 * arguments: 40000 100 260
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NUMBERS 460
#define STACK (256L << 20)

/* How far the guest's stack grows until the JVM's is emptied. */
#define GROWTH (768 << 10)

static int quiet[NUMBERS], quiet_count;
static int emptying[NUMBERS], emptying_count;
static uint64_t frames, last;
static long wrong, calls;
static char is_emptying[NUMBERS];
static sem_t ended;

/* Those that do not return. */
static int left_out(int number) {
  return number == SYS_exit || number == SYS_exit_group || number == SYS_rt_sigreturn;
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
  calls++;
}

static int is_child;

static char *first_frames[2];

/* How many frames of deep the JVM's stack holds. */
static uint64_t held(void) {
  return GROWTH / (first_frames[0] - first_frames[1]);
}

__attribute__((noinline)) static uint64_t deep(uint64_t n) {
  if (n == frames) {
    return n;
  }
  if (n < 2) {
    first_frames[n] = __builtin_frame_address(0);
  }
  uint64_t beyond = n - frames / 2;
  if (n < frames / 2 || beyond > held()) {
    call(n % NUMBERS < emptying_count ? emptying[n % NUMBERS] : quiet[n % quiet_count]);
  } else if (beyond == 0) {
    call(emptying[0]);
  } else if (beyond > held() - last) {
    for (int i = 0; i < quiet_count; i++) {
      if (quiet[i] != SYS_sched_yield || n % 64 == 0) { /* It takes long where others are busy. */
        call(quiet[i]);
      }
    }
  }
  if (n % 50000 == 4999) {
    make_thread();
  }
  if (n % 300000 == 8999 && !is_child) {
    pid_t child = fork();
    int status;
    is_child = child == 0;
    if (child < 0 || child > 0 && (waitpid(child, &status, 0) != child || status != 0)) {
      wrong++;
    }
  }
  /* A child returns from here. */
  if (!is_child && deep(n + 1) != frames) {
    wrong++;
  }
  return frames;
}

static jmp_buf base;
static char *deepest;

__attribute__((noinline)) static void descend(uint64_t left, int number, int returns) {
  volatile char space[40];
  if (left == 0) {
    deepest = (char *)space;
    call(number);
    if (!returns) {
      longjmp(base, 1);
    }
    return;
  }
  space[0] = left;
  descend(left - 1, number, returns);
  wrong += space[0] != (char)left;
}

static void empty_at_last_depths(void) {
  descend(0, SYS_getpid, 1);
  char *end = deepest;
  descend(64, SYS_getpid, 1);
  volatile uint64_t depth = GROWTH * 64 / (end - deepest) - last;
  for (volatile uint64_t i = 0; i < last; i++, depth++) {
    call(emptying[0]);
    if (setjmp(base) == 0) {
      descend(depth, emptying[depth % emptying_count], depth % 16 == 0);
    }
  }
}

static void *run(void *unused) {
  uint64_t result = deep(0);
  if (is_child) {
    _exit(wrong != 0);
  }
  empty_at_last_depths();
  if (emptying_count > 1) {
    printf("%ld calls, ", calls);
  }
  printf("%s, wrong %ld\n", result == frames ? "returned" : "LOST", wrong);
  sem_post(&ended); /* What a join waits for is forgotten by set_tid_address. */
  return NULL;
}

int main(int argument_count, char **arguments) {
  frames = strtoul(arguments[1], NULL, 0);
  last = strtoul(arguments[2], NULL, 0);
  for (int i = 3; i < argument_count; i++) {
    int number = atoi(arguments[i]);
    is_emptying[number] = 1;
    if (!left_out(number)) {
      emptying[emptying_count++] = number;
    }
  }
  for (int i = 0; i < NUMBERS; i++) {
    if (!is_emptying[i] && !left_out(i)) {
      quiet[quiet_count++] = i;
    }
  }
  pthread_attr_t attributes;
  pthread_t made;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK);
  pthread_create(&made, &attributes, run, NULL);
  sem_wait(&ended);
  return 0;
}
