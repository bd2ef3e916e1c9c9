// Streams between cVMs (CP_Stream).
#pragma once
#include "hostcall.h"

enum {
  CP_STREAM_LISTEN = 430,
  CP_STREAM_ACCEPT = 431,
  CP_STREAM_CONNECT = 432,
  CP_STREAM_SEND = 433,
  CP_STREAM_RECEIVE = 434,
  CP_STREAM_OFFER = 435,
  CP_STREAM_TAKE = 436,
  CP_STREAM_POLL = 437,
  CP_STREAM_FINISH = 438,
  CP_STREAM_CLOSE = 439,
};

enum { READABLE = 1, WRITABLE = 4, NO_WAIT = 1 };

enum { BYTES = 200000, PIECE = 1000, ENOENT = 2, EACCES = 13, EPIPE = 32 };

static inline long stream(long number, long x, long y, long z, long w) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0") = x;
  register long a1 __asm__("a1") = y;
  register long a2 __asm__("a2") = z;
  register long a3 __asm__("a3") = w;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(t5), "r"(a1), "r"(a2), "r"(a3) : "memory");
  return a0;
}

// The byte at a place of what is sent.
static inline char byte_at(long place) {
  return (char)(place * 7 + (place >> 8));
}
