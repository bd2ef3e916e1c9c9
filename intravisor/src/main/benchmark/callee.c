// Functions that the client calls (CP_Call). They run on the client's Java thread, with this cVM's
// authority, and reach the client's bytes through the capability in ca4.
#include "guest.h"

__asm__(".include \"xcheri.inc\"");

typedef struct {
  long bits[2];
} __attribute__((aligned(16))) slot;

// The bytes of `words` words of 8, at most 128, from an offset on, as sum.h adds them.
static unsigned long sum_through(const slot *bytes, long offset, unsigned long words) {
  const unsigned long even = 0x00ff00ff00ff00ff, pair = 0x0000ffff0000ffff;
  unsigned long low = 0, high = 0, word;
  __asm__ volatile(
      "lc ct0, 0, %4\n\t"
      "cincoffset ct0, ct0, %5\n"
      "1:\n\t"
      "ld.cap %2, ct0\n\t"
      "cincoffsetimm ct0, ct0, 8\n\t"
      "and t1, %2, %6\n\t"
      "add %0, %0, t1\n\t"
      "srli %2, %2, 8\n\t"
      "and %2, %2, %6\n\t"
      "add %1, %1, %2\n\t"
      "addi %3, %3, -1\n\t"
      "bnez %3, 1b"
      : "+&r"(low), "+&r"(high), "=&r"(word), "+&r"(words)
      : "r"(bytes), "r"(offset), "r"(even)
      : "t0", "t1", "memory");
  unsigned long lanes = (low & pair) + (low >> 16 & pair) + (high & pair) + (high >> 16 & pair);
  return (lanes & 0xffffffff) + (lanes >> 32);
}

__attribute__((used)) static unsigned long sum_of_argument(const slot *bytes, unsigned long size) {
  unsigned long sum = 0;
  for (unsigned long offset = 0; offset < size; offset += 1024) {
    unsigned long left = (size - offset) / 8;
    sum += sum_through(bytes, offset, left < 128 ? left : 128);
  }
  return sum;
}

// Takes the capability of the caller's bytes out of its register, which C does not know.
void sum_of_bytes(void);
__asm__(
    "sum_of_bytes:\n"
    "  addi sp, sp, -32\n"
    "  sd ra, 16(sp)\n"
    "  sc ca4, 0, sp\n"
    "  mv a0, sp\n"
    "  mv a1, a5\n"
    "  call sum_of_argument\n"
    "  ld ra, 16(sp)\n"
    "  addi sp, sp, 32\n"
    "  ret\n");

static long sum_of_integers(long cookie, long x, long y, long z) {
  return cookie + x + y + z;
}

void _start(void) {
  require(hostcall(CP_CALL_PUBLISH, (long)"sum-bytes", (long)sum_of_bytes, 0, 0) > 0);
  require(hostcall(CP_CALL_PUBLISH, (long)"sum-integers", (long)sum_of_integers, 0, 0) > 0);
  hostcall(SEM_DOWN, hostcall(SEM_ALLOC, 0, 0, 0, 0), 0, 0, 0);
}
