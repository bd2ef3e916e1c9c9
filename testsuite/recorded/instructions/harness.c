/*
 * Executes short pieces of RISC-V code on given register and memory values and tells what they
 * left behind. A static program without a C library, for qemu-riscv64.
 *
 * Standard input is a sequence of pieces: the length of the code in bytes and the number of cases
 * (two 32-bit numbers), the code in 64 bytes, and a state for each case. Standard output has a
 * state for each case. The code runs at SLOT and ends with a return; a signal ends it too.
 */
typedef unsigned long u64;
typedef unsigned int u32;

#define SLOT 0x200000UL
#define SCRATCH 0x300000UL

/* What a case sets and sees, each 64 bits: the same order as State in the tests. */
enum { SP, A0, FA0 = 5, FCSR = 9, M0, TRAP = 14, STATE = 15 };

static u64 state[STATE];
static unsigned char handler_stack[16384] __attribute__((aligned(16)));
u64 saved_sp;

void run(u64 *state);
void resume(void);

__asm__(
    ".option norvc\n"
    "run:\n"
    "  addi sp, sp, -112\n"
    "  sd ra, 0(sp); sd s0, 8(sp); sd s1, 16(sp); sd s2, 24(sp); sd s3, 32(sp); sd s4, 40(sp)\n"
    "  sd s5, 48(sp); sd s6, 56(sp); sd s7, 64(sp); sd s8, 72(sp); sd s9, 80(sp); sd s10, 88(sp)\n"
    "  sd s11, 96(sp)\n"
    "  la t0, saved_sp; sd sp, 0(t0)\n"
    "  mv s1, a0\n"
    "  ld t0, 72(s1); fscsr t0\n"
    "  fld fa0, 40(s1); fld fa1, 48(s1); fld fa2, 56(s1); fld fa3, 64(s1)\n"
    "  ld sp, 0(s1); ld a0, 8(s1); ld a1, 16(s1); ld a2, 24(s1); ld a3, 32(s1)\n"
    "  li t0, 0x200000; jalr ra, 0(t0)\n"
    ".globl resume\n"
    "resume:\n"
    "  sd sp, 0(s1); sd a0, 8(s1); sd a1, 16(s1); sd a2, 24(s1); sd a3, 32(s1)\n"
    "  fsd fa0, 40(s1); fsd fa1, 48(s1); fsd fa2, 56(s1); fsd fa3, 64(s1)\n"
    "  frcsr t0; sd t0, 72(s1)\n"
    "  la t0, saved_sp; ld sp, 0(t0)\n"
    "  ld ra, 0(sp); ld s0, 8(sp); ld s1, 16(sp); ld s2, 24(sp); ld s3, 32(sp); ld s4, 40(sp)\n"
    "  ld s5, 48(sp); ld s6, 56(sp); ld s7, 64(sp); ld s8, 72(sp); ld s9, 80(sp); ld s10, 88(sp)\n"
    "  ld s11, 96(sp)\n"
    "  addi sp, sp, 112\n"
    "  ret\n");

static long call(long number, long a, long b, long c, long d, long e, long f) {
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  register long a4 __asm__("a4") = e;
  register long a5 __asm__("a5") = f;
  register long a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
  return a0;
}

static void leave(int status) {
  call(94, status, 0, 0, 0, 0, 0); /* exit_group */
}

/* The program counter is the first general register of the machine context, at 176 bytes. */
static void on_signal(int signal, void *info, unsigned char *context) {
  u64 *pc = (u64 *)(context + 176);
  (void)info;
  state[TRAP] = (u64)signal | (*pc - SLOT) << 8;
  *pc = (u64)resume;
}

static void catch_signal(int signal) {
  struct { void *handler; u64 flags; u64 mask; } action = {on_signal, 0x08000004, 0};
  call(134, signal, (long)&action, 0, 8, 0, 0); /* rt_sigaction, ONSTACK and SIGINFO */
}

static u64 read_fully(void *to, u64 length) {
  u64 done = 0;
  while (done < length) {
    long n = call(63, 0, (long)to + done, length - done, 0, 0, 0);
    if (n <= 0) break;
    done += n;
  }
  return done;
}

static void write_fully(const void *from, u64 length) {
  u64 done = 0;
  while (done < length) {
    long n = call(64, 1, (long)from + done, length - done, 0, 0, 0);
    if (n <= 0) leave(3);
    done += n;
  }
}

static void map(u64 address) {
  /* One page, read + write + execute; private, fixed, anonymous. */
  if ((u64)call(222, address, 4096, 7, 0x32, -1, 0) != address) leave(2);
}

void _start(void) {
  struct { void *base; int flags; u64 size; } stack = {handler_stack, 0, sizeof handler_stack};
  struct { u32 length, cases; unsigned char code[64]; } piece;
  call(132, (long)&stack, 0, 0, 0, 0, 0); /* sigaltstack */
  catch_signal(4);  /* SIGILL */
  catch_signal(5);  /* SIGTRAP */
  catch_signal(7);  /* SIGBUS */
  catch_signal(11); /* SIGSEGV */
  map(SLOT);
  map(SCRATCH);
  while (read_fully(&piece, sizeof piece) == sizeof piece) {
    for (u32 i = 0; i < sizeof piece.code; i++) {
      ((volatile unsigned char *)SLOT)[i] = piece.code[i];
    }
    __asm__ volatile("fence.i" ::: "memory");
    for (u32 c = 0; c < piece.cases; c++) {
      if (read_fully(state, sizeof state) != sizeof state) leave(4);
      for (int i = 0; i < 4; i++) ((volatile u64 *)SCRATCH)[i] = state[M0 + i];
      run(state);
      for (int i = 0; i < 4; i++) state[M0 + i] = ((volatile u64 *)SCRATCH)[i];
      write_fully(state, sizeof state);
    }
  }
  leave(0);
}
