/* System calls, a start and a few capability helpers for programs without a C library. */
__asm__(".include \"xcheri.inc\"");

#define ALIGNED __attribute__((aligned(16)))

enum {
  EPERM = 1,
  EFAULT = 14,
  EINVAL = 22,
  SIGUSR1 = 10,
  SIGSEGV = 11,
  STORE = 1 << 3,
  STORE_CAPABILITY = 1 << 5,
  SYSTEM_REGISTERS = 1 << 10
};

__attribute__((unused)) static long call6(long n, long a, long b, long c, long d, long e, long f) {
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  register long a4 __asm__("a4") = e;
  register long a5 __asm__("a5") = f;
  register long a7 __asm__("a7") = n;
  __asm__ volatile("ecall"
                   : "+r"(a0)
                   : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7)
                   : "memory");
  return a0;
}

#define call3(n, a, b, c) call6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define call4(n, a, b, c, d) call6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

#define pipe2(fds) call3(59, fds, 0, 0)
#define read(fd, p, n) call3(63, fd, p, n)
#define write(fd, p, n) call3(64, fd, p, n)
#define exit(status) call3(94, status, 0, 0)
#define getpid() call3(172, 0, 0, 0)
#define munmap(p, n) call3(215, p, n, 0)
#define mremap(p, n, to) call6(216, (long)(p), n, n, 3, (long)(to), 0)
#define fork() call6(220, 17, 0, 0, 0, 0, 0)
#define mmap(p, n, protection, flags, fd) call6(222, (long)(p), n, protection, flags, fd, 0)
#define mprotect(p, n, protection) call3(226, p, n, protection)
#define madvise(p, n, advice) call3(233, p, n, advice)
#define wait4(status) call4(260, -1, status, 0, 0)

/* Stores a capability for n bytes at p, derived from DDC, to an aligned place. */
__attribute__((unused)) static void store_capability(void *place, const void *p, long n) {
  __asm__ volatile("cspecialrw ct0, ddc, cnull\n\t"
                   "csetaddr ct0, ct0, %1\n\t"
                   "csetbounds ct0, ct0, %2\n\t"
                   "sc ct0, 0, %0"
                   :
                   : "r"(place), "r"(p), "r"(n)
                   : "t0", "memory");
}

__attribute__((unused)) static int tag_at(const void *place) {
  long tag;
  __asm__ volatile("lc ct0, 0, %1\n\tcgettag %0, ct0"
                   : "=r"(tag)
                   : "r"(place)
                   : "t0", "memory");
  return (int)tag;
}

/* Bytes of the capability at a place. */
__attribute__((unused)) static long length_at(const void *place) {
  long length;
  __asm__ volatile("lc ct0, 0, %1\n\tcgetlen %0, ct0"
                   : "=r"(length)
                   : "r"(place)
                   : "t0", "memory");
  return length;
}

__attribute__((unused)) static int same(const void *a, const void *b, long n) {
  const char *x = a;
  const char *y = b;
  for (long i = 0; i < n; i++) {
    if (x[i] != y[i]) {
      return 0;
    }
  }
  return 1;
}

__attribute__((unused)) static void check(int number, int condition) {
  if (!condition) {
    exit(number);
  }
}

static void run(long *stack);

__asm__(".globl _start\n_start:\n\tmv a0, sp\n\tandi sp, sp, -16\n\tcall start\n");

__attribute__((used, noreturn)) static void start(long *stack) {
  run(stack);
  exit(0);
  __builtin_unreachable();
}
