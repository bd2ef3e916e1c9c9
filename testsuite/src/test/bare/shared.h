// Shared buffers (CP_File) for programs in integer mode. A slot holds the capability of one.
#pragma once
#include "hostcall.h"

__asm__(".include \"xcheri.inc\"");

enum {
  CAP_FILE_ADV = 405,
  CAP_FILE_PRB = 406,
  CP_FILE_OPEN = 421,
  CP_FILE_REVOKE = 423,
  CP_FILE_WAIT = 425,
  CP_FILE_WAKE = 426,
};

typedef struct {
  long bits[2];
} __attribute__((aligned(16))) slot;

static inline long hostcall3(long number, long x, long y, long z) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0") = x;
  register long a1 __asm__("a1") = y;
  register long a2 __asm__("a2") = z;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(t5), "r"(a1), "r"(a2) : "memory");
  return a0;
}

static inline long shared_open(const char *name, slot *file, size_t *size, long writable) {
  register long t5 __asm__("t5") = CP_FILE_OPEN;
  register long a0 __asm__("a0") = (long)name;
  register long a1 __asm__("a1") = (long)file;
  register long a2 __asm__("a2") = (long)size;
  register long a3 __asm__("a3") = writable;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(t5), "r"(a1), "r"(a2), "r"(a3) : "memory");
  return a0;
}

static inline int shared_load(slot *file, long offset) {
  long value;
  __asm__ volatile("lc ct0, 0, %1\n\tcincoffset ct0, ct0, %2\n\tlw.cap %0, ct0"
                   : "=r"(value)
                   : "r"(file), "r"(offset)
                   : "t0", "memory");
  return value;
}

static inline void shared_store(slot *file, long offset, int value) {
  __asm__ volatile("lc ct0, 0, %0\n\tcincoffset ct0, ct0, %1\n\tsw.cap %2, ct0"
                   :
                   : "r"(file), "r"(offset), "r"((long)value)
                   : "t0", "memory");
}

static inline long shared_call(long number, slot *file, long offset, long x, long y) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0");
  register long a1 __asm__("a1") = x;
  register long a2 __asm__("a2") = y;
  __asm__ volatile("lc ca0, 0, %4\n\tcincoffset ca0, ca0, %5\n\tecall"
                   : "=&r"(a0)
                   : "r"(t5), "r"(a1), "r"(a2), "r"(file), "r"(offset)
                   : "memory");
  return a0;
}

// Waits while a word has a value.
static inline long shared_wait(slot *file, long offset, int value) {
  return shared_call(CP_FILE_WAIT, file, offset, value, -1);
}

static inline long shared_wake(slot *file, long offset, long most) {
  return shared_call(CP_FILE_WAKE, file, offset, most, 0);
}
