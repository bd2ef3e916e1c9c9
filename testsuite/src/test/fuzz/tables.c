/*
 * A small program without a C library that uses what the mutations aim at: a jump table, calls
 * through pointers, recursion, a tail call, loops over memory, floating point, thread-local data, a
 * handler of signals, system calls. What it prints is the same in every run.
 *
 * Built static, and as a position-independent program that relocates itself and handles its faults:
 * it prints where they were, and all registers in one number.
 */
#include <stdint.h>
#include <sys/syscall.h>

typedef uint64_t function(uint64_t);

static long call(long number, long a, long b, long c, long d) {
  register long a7 __asm__("a7") = number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
  return a0;
}

static __thread uint64_t local = 42;
static uint64_t numbers[64];
static volatile double third = 1.0 / 3;
static volatile int caught;

__attribute__((noinline)) static uint64_t fibonacci(uint64_t n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

__attribute__((noinline)) static uint64_t choose(uint64_t n) {
  switch (n % 8) {
    case 0: return n * 3;
    case 1: return n ^ 0x5555;
    case 2: return fibonacci(n % 7);
    case 3: return n << 5;
    case 4: return ~n;
    case 5: return n / 3;
    case 6: return local++;
    default: return n % 1000;
  }
}

__attribute__((noinline)) static uint64_t sum(uint64_t n) {
  uint64_t all = 0;
  for (int i = 0; i < 64; i++) {
    numbers[i] += n * i;
  }
  for (int i = 0; i < 64; i++) {
    all += numbers[i];
  }
  return all;
}

__attribute__((noinline)) static uint64_t real(uint64_t n) {
  double value = third;
  for (uint64_t i = 0; i < n % 16; i++) {
    value = value * 1.25 + (double)i / 7;
  }
  return (uint64_t)(value * 1000);
}

__attribute__((noinline)) static uint64_t tail(uint64_t n) { return choose(n + 1); }

function *const functions[] = {choose, sum, real, tail, fibonacci};

static void handle(int number) { caught = number; }

static char text[] = "0000000000000000\n";

static void print(uint64_t value) {
  for (int i = 15; i >= 0; i--) {
    text[i] = "0123456789abcdef"[value & 15];
    value >>= 4;
  }
  call(SYS_write, 1, (long)text, sizeof text - 1, 0);
}

#ifdef __PIC__
extern const uint64_t _DYNAMIC[] __attribute__((visibility("hidden")));

static void relocate(uint64_t base) {
  const uint64_t *table = 0;
  uint64_t size = 0;
  for (const uint64_t *entry = _DYNAMIC; entry[0] != 0; entry += 2) {
    if (entry[0] == 7) {
      table = (const uint64_t *)(base + entry[1]);
    } else if (entry[0] == 8) {
      size = entry[1];
    }
  }
  for (uint64_t i = 0; i < size / 24; i++) {
    if (table[3 * i + 1] == 3 /* R_RISCV_RELATIVE */) {
      *(uint64_t *)(base + table[3 * i]) = base + table[3 * i + 2];
    }
  }
}
#endif

/* Offsets: si_addr in siginfo, the registers in ucontext, pc first. */
#define FAULT_ADDRESS 2
#define REGISTERS 22

static void end_at_fault(int number, const uint64_t *info, const uint64_t *context) {
  uint64_t all = number;
  for (int i = 1; i < 32; i++) {
    all = all * 31 + context[REGISTERS + i];
  }
  print(info[FAULT_ADDRESS]);
  print(context[REGISTERS]);
  print(all);
  call(SYS_exit_group, 77, 0, 0, 0);
}

__attribute__((used)) void run(uint64_t base) {
#ifdef __PIC__
  relocate(base);
#endif
  static uint64_t thread[8];
  thread[0] = 42;
  __asm__ volatile("mv tp, %0" : : "r"(thread));
  struct {
    void *handler;
    uint64_t flags, mask;
  } action = {handle, 0, 0}, fault = {end_at_fault, 4 /* SA_SIGINFO */, 0};
  call(SYS_rt_sigaction, 10, (long)&action, 0, 8);
#ifdef __PIC__
  call(SYS_rt_sigaction, 7, (long)&fault, 0, 8);
  call(SYS_rt_sigaction, 11, (long)&fault, 0, 8);
#else
  (void)fault;
#endif
  call(SYS_kill, call(SYS_getpid, 0, 0, 0, 0), 10, 0, 0);
  uint64_t all = caught;
  for (uint64_t i = 0; i < 200; i++) {
    function *f = functions[i % (i % 50 == 0 ? 5 : 4)];
    all = all * 31 + f(f == fibonacci ? 12 : i);
    if (i % 40 == 39) {
      print(all);
    }
  }
  call(SYS_exit_group, 3, 0, 0, 0);
}

__asm__(".globl _start\n_start:\n.option push\n.option norelax\n  lla gp, __global_pointer$\n"
        ".option pop\n  lla a0, __ehdr_start\n  andi sp, sp, -16\n  call run\n  ebreak\n");
