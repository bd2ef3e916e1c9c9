// Hostcalls of the cVMs of `cvm bench`: the number in t5, arguments from a0 on, the result in a0.
#pragma once

typedef unsigned long size_t;

enum {
  SEM_ALLOC = 3,
  SEM_DOWN = 6,
  THREAD_EXIT = 13,
  TIME = 25,
  CP_FILE_OPEN = 421,
  CP_FILE_WAIT = 425,
  CP_FILE_WAKE = 426,
  CP_STREAM_LISTEN = 430,
  CP_STREAM_ACCEPT = 431,
  CP_STREAM_CONNECT = 432,
  CP_STREAM_SEND = 433,
  CP_STREAM_RECEIVE = 434,
  CP_STREAM_OFFER = 435,
  CP_STREAM_TAKE = 436,
  CP_STREAM_POLL = 437,
  CP_CALL_PUBLISH = 440,
  CP_CALL_OPEN = 441,
  CP_CALL = 442,
};

enum { READABLE = 1, FOR_EVER = -1, ENOENT = 2 };

static inline long hostcall(long number, long w, long x, long y, long z) {
  register long t5 __asm__("t5") = number;
  register long a0 __asm__("a0") = w;
  register long a1 __asm__("a1") = x;
  register long a2 __asm__("a2") = y;
  register long a3 __asm__("a3") = z;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(t5), "r"(a1), "r"(a2), "r"(a3) : "memory");
  return a0;
}

// A call without a time limit of a function that only reads the bytes.
static inline long call(long function, long x, long y, long z, const void *bytes, size_t size) {
  register long t5 __asm__("t5") = CP_CALL;
  register long a0 __asm__("a0") = function;
  register long a1 __asm__("a1") = x;
  register long a2 __asm__("a2") = y;
  register long a3 __asm__("a3") = z;
  register const void *a4 __asm__("a4") = bytes;
  register size_t a5 __asm__("a5") = size;
  register long a6 __asm__("a6") = FOR_EVER;
  register long a7 __asm__("a7") = 1;
  __asm__ volatile("ecall"
                   : "+r"(a0)
                   : "r"(t5), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a6), "r"(a7)
                   : "memory");
  return a0;
}

// Ends the cVM, with a report of where, unless something holds.
static inline void require(int holds) {
  if (!holds) __asm__ volatile("ebreak");
}

static inline void send(long stream, const void *from, size_t bytes) {
  require(hostcall(CP_STREAM_SEND, stream, (long)from, bytes, 0) == (long)bytes);
}

static inline void receive(long stream, char *to, size_t bytes) {
  while (bytes) {
    long n = hostcall(CP_STREAM_RECEIVE, stream, (long)to, bytes, 0);
    require(n > 0);
    to += n;
    bytes -= n;
  }
}

// What the client asks of the receiver: `count` messages of `size` bytes, which are sent back or not.
typedef struct {
  size_t size, count;
  long round_trip;
} request;

enum { LARGEST = 4 << 20, RECEIVE = 256 << 10 };
