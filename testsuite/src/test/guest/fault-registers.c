/*
 * The complete register file at faults of every kind of access, before and after HotSpot compiled
 * the code: what a handler sees, and what the interrupted code gets back from it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE 4096L
#define ROUNDS 600

enum { RA = 1, SP = 2, GP = 3, TP = 4, A1 = 11, T6 = 31 };

/* x0 is the slot where the code that is tested finds it; x31 is loaded last and stored by us. */
struct state {
  unsigned long x[32], f[32], fcsr;
};

struct state before, after, expected;
unsigned long saved[32];
extern char resume[];

static char *pages;
static volatile int number, code, wrong;
static volatile long offset;

/* Sets every register but gp and tp, and executes an instruction that faults. */
#define ALL(do) \
  do(0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11) do(12) do(13) do(14) \
  do(15) do(16) do(17) do(18) do(19) do(20) do(21) do(22) do(23) do(24) do(25) do(26) do(27) \
  do(28) do(29) do(30) do(31)
#define SAVED(do) \
  do(1) do(2) do(8) do(9) do(18) do(19) do(20) do(21) do(22) do(23) do(24) do(25) do(26) do(27)
#define MOST(do) \
  do(1) do(2) do(5) do(6) do(7) do(8) do(9) do(10) do(11) do(12) do(13) do(14) do(15) do(16) \
  do(17) do(18) do(19) do(20) do(21) do(22) do(23) do(24) do(25) do(26) do(27) do(28) do(29) \
  do(30)
#define KEEP(r) "sd x" #r ", " #r "*8(t0)\n"
#define RESTORE(r) "ld x" #r ", " #r "*8(t0)\n"
#define LOAD_X(r) "ld x" #r ", " #r "*8(t6)\n"
#define LOAD_F(r) "fld f" #r ", 256+" #r "*8(t6)\n"
#define STORE_X(r) "sd x" #r ", " #r "*8(t6)\n"
#define STORE_F(r) "fsd f" #r ", 256+" #r "*8(t6)\n"
/* clang-format off */
#define FAULT(name, instructions) \
  extern void name(void); \
  asm(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n" \
      "la t0, saved\n" SAVED(KEEP) \
      "la t6, before\n" \
      "ld t0, 512(t6)\nfscsr t0\n" \
      ALL(LOAD_F) MOST(LOAD_X) "ld t6, 248(t6)\n" \
      instructions "\n" \
      /* Not reached: the handler goes to resume. */ \
      "ebreak\n" \
      ".size " #name ", . - " #name "\n");
/* clang-format on */

asm(".text\n.globl resume\n.type resume, @function\nresume:\n" MOST(STORE_X) ALL(STORE_F)
    "frcsr t0\nsd t0, 512(t6)\n"
    "la t0, saved\n" SAVED(RESTORE) "ret\n.size resume, . - resume\n");

FAULT(load_byte, "lb a0, 0(a1)")
FAULT(load_byte_unsigned, "lbu a0, 0(a1)")
FAULT(load_half, "lh a0, 0(a1)")
FAULT(load_half_unsigned, "lhu a0, 0(a1)")
FAULT(load_word, "lw a0, 0(a1)")
FAULT(load_word_unsigned, "lwu a0, 0(a1)")
FAULT(load_double, "ld a0, 0(a1)")
FAULT(load_itself, "ld a1, 0(a1)")
FAULT(load_nothing, "lw x0, 0(a1)")
FAULT(store_byte, "sb a0, 0(a1)")
FAULT(store_half, "sh a0, 0(a1)")
FAULT(store_word, "sw a0, 0(a1)")
FAULT(store_double, "sd a0, 0(a1)")
FAULT(load_float, "flw fa0, 0(a1)")
FAULT(load_float_double, "fld fa0, 0(a1)")
FAULT(store_float, "fsw fa0, 0(a1)")
FAULT(store_float_double, "fsd fa0, 0(a1)")
FAULT(load_reserved_word, "lr.w a0, (a1)")
FAULT(load_reserved_double, "lr.d a0, (a1)")
FAULT(store_conditional_word, "lr.w a2, (a1)\nsc.w a0, a2, (a1)")
FAULT(store_conditional_double, "lr.d a2, (a1)\nsc.d a0, a2, (a1)")
FAULT(add_word, "amoadd.w a0, a2, (a1)")
FAULT(add_double, "amoadd.d a0, a2, (a1)")
FAULT(swap_word, "amoswap.w.aqrl a0, a2, (a1)")
FAULT(maximum_double, "amomaxu.d x0, a2, (a1)")
/* Values that are int, float and dead where the fault happens. */
FAULT(after_narrow,
      "addw a2, a3, a4\nslliw a5, a2, 3\nfcvt.s.w fa1, a2\nfadd.s fa2, fa1, fa1\nsd a0, 0(a1)\n"
      "li a2, 1\nli a5, 2\nfmv.w.x fa1, x0\nfmv.w.x fa2, x0")
FAULT(after_branch, "beqz a0, 1f\naddi a2, a3, 5\nj 2f\n1: addi a3, a2, 7\n2: lw a0, 0(a1)")

struct access {
  const char *name;
  void (*run)(void);
  int size, store;
};

#define LOADS(n, size) {#n, n, size, 0}
#define STORES(n, size) {#n, n, size, 1}
static struct access accesses[] = {
    LOADS(load_byte, 1),        LOADS(load_byte_unsigned, 1),   LOADS(load_half, 2),
    LOADS(load_half_unsigned, 2), LOADS(load_word, 4),          LOADS(load_word_unsigned, 4),
    LOADS(load_double, 8),      LOADS(load_itself, 8),          LOADS(load_nothing, 4),
    STORES(store_byte, 1),      STORES(store_half, 2),          STORES(store_word, 4),
    STORES(store_double, 8),    LOADS(load_float, 4),           LOADS(load_float_double, 8),
    STORES(store_float, 4),     STORES(store_float_double, 8),  LOADS(load_reserved_word, -4),
    LOADS(load_reserved_double, -8), STORES(store_conditional_word, -4),
    STORES(store_conditional_double, -8), STORES(add_word, -4),      STORES(add_double, -8),
    STORES(swap_word, -4),      STORES(maximum_double, -8),     STORES(after_narrow, 8),
    LOADS(after_branch, 4),
};

static void handle(int signal, siginfo_t *info, void *context) {
  ucontext_t *c = context;
  number = signal;
  code = info->si_code;
  offset = (long)info->si_addr - (long)before.x[A1];
  for (int r = 1; r < 32; r++) {
    if (r != GP && r != TP) {
      wrong += c->uc_mcontext.__gregs[r] != expected.x[r];
      c->uc_mcontext.__gregs[r] += 0x100000001L * r;
    }
    wrong += c->uc_mcontext.__fpregs.__d.__f[r] != expected.f[r];
    c->uc_mcontext.__fpregs.__d.__f[r] ^= 0x1000001L * r;
  }
  wrong += c->uc_mcontext.__fpregs.__d.__f[0] != expected.f[0];
  wrong += c->uc_mcontext.__fpregs.__d.__fcsr != expected.fcsr;
  c->uc_mcontext.__fpregs.__d.__fcsr ^= 0x25;
  c->uc_mcontext.__gregs[0] = (unsigned long)resume;
  c->uc_mcontext.__gregs[T6] = (unsigned long)&after;
}

static unsigned long random_state = 1;

static unsigned long next(void) {
  random_state = random_state * 6364136223846793005UL + 1442695040888963407UL;
  return random_state ^ random_state >> 29;
}

/* What the instructions before the faulting one do. */
static void expect(struct access *a, int readable) {
  expected = before;
  if (a->run == store_conditional_word || a->run == store_conditional_double) {
    expected.x[12] = readable ? 0 : before.x[12];
  } else if (a->run == after_narrow) {
    int sum = (int)before.x[13] + (int)before.x[14];
    float value = (float)sum;
    float twice = value + value;
    unsigned int bits;
    expected.x[12] = (long)sum;
    expected.x[15] = (long)(int)((unsigned)sum << 3);
    memcpy(&bits, &value, 4);
    expected.f[11] = bits | 0xffffffff00000000UL;
    memcpy(&bits, &twice, 4);
    expected.f[12] = bits | 0xffffffff00000000UL;
  } else if (a->run == after_branch) {
    if (before.x[10] == 0) {
      expected.x[13] = before.x[12] + 7;
    } else {
      expected.x[12] = before.x[13] + 5;
    }
  }
}

static int check_after(void) {
  int differences = 0;
  for (int r = 1; r < T6; r++) {
    if (r != GP && r != TP) {
      differences += after.x[r] != expected.x[r] + 0x100000001L * r;
    }
  }
  for (int r = 0; r < 32; r++) {
    differences += after.f[r] != (expected.f[r] ^ 0x1000001L * r);
  }
  return differences + (after.fcsr != (expected.fcsr ^ 0x25));
}

static void fault(struct access *a, const char *where, char *address) {
  int bad = 0;
  int first = 0;
  long first_offset = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int r = 1; r < 32; r++) {
      before.x[r] = next();
    }
    for (int r = 0; r < 32; r++) {
      before.f[r] = next();
    }
    before.x[10] *= round & 1;
    before.x[A1] = (unsigned long)address;
    before.x[13] = (next() & 0xffff) + 1;
    before.x[14] = (next() & 0xffff) + 1;
    /* Nearest even with NX raised: what the instructions before the fault raise is in it. */
    before.fcsr = 0x01 | (next() & 0x1e);
    expect(a, strcmp(where, "read-only") == 0);
    wrong = 0;
    number = 0;
    a->run();
    bad += wrong + check_after();
    if (round == 0) {
      first = number << 8 | code;
      first_offset = offset;
    } else {
      bad += first != (number << 8 | code) || first_offset != offset;
    }
  }
  printf("%s %s: signal %d code %d at %+ld, %d wrong\n", a->name, where, first >> 8,
         first & 0xff, first_offset, bad);
}

int main(void) {
  pages = mmap(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + PAGE, PAGE, PROT_NONE);
  mprotect(pages + 3 * PAGE, PAGE, PROT_READ);
  munmap(pages + 4 * PAGE, PAGE);
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, NULL);
  for (unsigned k = 0; k < sizeof accesses / sizeof *accesses; k++) {
    struct access *a = &accesses[k];
    int size = abs(a->size);
    fault(a, "none", pages + PAGE + 16);
    fault(a, "null", (char *)0L + 8);
    fault(a, "hole", pages + 4 * PAGE + 8);
    if (a->store) {
      fault(a, "read-only", pages + 3 * PAGE + 24);
    }
    if (a->size > 1) {
      fault(a, "into none", pages + PAGE - size / 2);
      fault(a, "out of none", pages + 2 * PAGE - size / 2);
    }
  }
  return 0;
}
