// Hostcalls of bare programs: the number in t5, arguments from a0 on, the result in a0.
#pragma once

typedef unsigned long size_t;

enum {
  PRINT = 1,
  SEM_ALLOC = 3,
  SEM_FREE = 4,
  SEM_UP = 5,
  SEM_DOWN = 6,
  MUTEX_ALLOC = 7,
  MUTEX_FREE = 8,
  MUTEX_LOCK = 9,
  MUTEX_UNLOCK = 10,
  THREAD_CREATE = 11,
  THREAD_DETACH = 12,
  THREAD_EXIT = 13,
  THREAD_JOIN = 14,
  THREAD_SELF = 15,
  THREAD_EQUAL = 16,
  TLS_ALLOC = 17,
  TLS_FREE = 18,
  TLS_SET = 19,
  TLS_GET = 20,
  TIME = 25,
  TIMER_ALLOC = 26,
  TIMER_SET = 27,
  TIMER_FREE = 28,
  GETTID = 31,
  ENTROPY = 1000,
  LIMIT = 1001,
};

enum { EPERM = 1, ESRCH = 3, EAGAIN = 11, EFAULT = 14, EBUSY = 16, EINVAL = 22, EDEADLK = 35, ENOSYS = 38 };

static inline long hostcall(long number, long x, long y) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0") = x;
  register long a1 __asm__("a1") = y;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(t5), "r"(a1) : "memory");
  return a0;
}

static inline void print(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  hostcall(PRINT, (long)text, length);
}

static inline _Noreturn void leave(int status) {
  hostcall(THREAD_EXIT, status, 0);
  __builtin_unreachable();
}

static inline long start(void (*function)(void *), void *argument) {
  return hostcall(THREAD_CREATE, (long)function, (long)argument);
}

// Says which check failed and ends the cVM, in whatever thread.
#define CHECK(number, condition)       \
  do {                                 \
    if (!(condition)) {                \
      print("check " #number "\n");    \
      __asm__ volatile("ebreak");      \
    }                                  \
  } while (0)
