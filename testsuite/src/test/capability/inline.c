/* The macros in C: capabilities live within one statement, integers go in and out. */
__asm__(".include \"xcheri.inc\"");

static char buffer[64] __attribute__((aligned(16)));

static long length_of(const void *p, long length) {
  long result;
  __asm__("cspecialrw ct0, ddc, cnull\n\t"
          "csetaddr ct0, ct0, %1\n\t"
          "csetbounds ct0, ct0, %2\n\t"
          "cgetlen %0, ct0"
          : "=r"(result)
          : "r"(p), "r"(length)
          : "t0");
  return result;
}

static void store_through(char *p, int value) {
  __asm__ volatile("cspecialrw ct0, ddc, cnull\n\t"
                   "csetaddr ct0, ct0, %0\n\t"
                   "csetboundsimm ct0, ct0, 1\n\t"
                   "sb.cap %1, ct0"
                   :
                   : "r"(p), "r"(value)
                   : "t0", "memory");
}

/* Copies a capability by LC and SC, or its bits by integers; returns the tag of the copy. */
static long tag_of_copy(int by_integers) {
  long tag;
  __asm__ volatile("cspecialrw ct0, ddc, cnull\n\t"
                   "sc ct0, 0, %1\n\t"
                   "bnez %2, 1f\n\t"
                   "lc ct1, 0, %1\n\t"
                   "sc ct1, 16, %1\n\t"
                   "j 2f\n"
                   "1:\n\t"
                   "ld t1, 0(%1)\n\t"
                   "sd t1, 16(%1)\n\t"
                   "ld t1, 8(%1)\n\t"
                   "sd t1, 24(%1)\n"
                   "2:\n\t"
                   "lc ct1, 16, %1\n\t"
                   "cgettag %0, ct1"
                   : "=&r"(tag)
                   : "r"(buffer), "r"(by_integers)
                   : "t0", "t1", "memory");
  return tag;
}

static int failed_check(void) {
  for (long n = 1; n <= 1000; n++) {
    if (length_of(buffer, n) != n) {
      return 1;
    }
    store_through(&buffer[n & 63], (int)n & 127);
    if (buffer[n & 63] != (n & 127)) {
      return 2;
    }
    if (tag_of_copy(0) != 1) {
      return 3;
    }
    if (tag_of_copy(1) != 0) {
      return 4;
    }
  }
  return 0;
}

__attribute__((noreturn)) void _start(void) {
  register long a0 __asm__("a0") = failed_check();
  register long t5 __asm__("t5") = 13; /* thread_exit */
  __asm__ volatile("ecall" : : "r"(a0), "r"(t5));
  __builtin_unreachable();
}
