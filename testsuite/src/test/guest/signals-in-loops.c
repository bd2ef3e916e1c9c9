/*
 * Signals of a timer, and of another thread, that arrive in code that has run long enough to be
 * compiled: in loops, copies, recursion and calls through pointers. The frame shows each register as
 * it must be at the pc, and execution goes on with what the handler has changed in it.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

/* What the shapes share with the handler: s11 points to it. */
struct shared {
  uint64_t stop;    /* 0(s11) ends a shape */
  uint64_t token;   /* 8(s11): s2 at its end */
  double token_f;   /* 16(s11): fs2 at its end */
  uint64_t top;     /* 24(s11): sp in its loop */
  uint64_t result;  /* 32(s11): what a function has returned */
};
enum { SIGNALS = 30, WORDS = 512, DEPTH = 10, JUMP = 40 };

/* In all shapes: s3 to s10 and fs3 are constants, s0 counts, s1 is three times as much but for one pc. */
#define START(name) \
  ".globl " #name "\n.type " #name ", @function\n" #name ":\n" \
  "  addi sp, sp, -128\n  sd ra, 0(sp)\n  sd s0, 8(sp)\n  sd s1, 16(sp)\n  sd s2, 24(sp)\n" \
  "  sd s3, 32(sp)\n  sd s4, 40(sp)\n  sd s5, 48(sp)\n  sd s6, 56(sp)\n  sd s7, 64(sp)\n" \
  "  sd s8, 72(sp)\n  sd s9, 80(sp)\n  sd s10, 88(sp)\n  sd s11, 96(sp)\n  fsd fs2, 104(sp)\n" \
  "  fsd fs3, 112(sp)\n  mv s11, a0\n  sd sp, 24(s11)\n  li s0, 0\n  li s1, 0\n  ld s2, 8(s11)\n" \
  "  fld fs2, 16(s11)\n  li s3, 0x113\n  li s4, 0x114\n  li s5, 0x115\n  li s6, 0x116\n" \
  "  li s7, 0x117\n  li s8, 0x118\n  li s9, 0x119\n  li s10, 0x11a\n  fcvt.d.l fs3, s3\n"
/* The constants add up to what the function returns. */
#define END(name) \
  "  sd s2, 8(s11)\n  fsd fs2, 16(s11)\n  add a0, s3, s4\n  add a0, a0, s5\n  add a0, a0, s6\n" \
  "  add a0, a0, s7\n  add a0, a0, s8\n  add a0, a0, s9\n  add a0, a0, s10\n" \
  "  fcvt.l.d a1, fs3\n  add a0, a0, a1\n  ld ra, 0(sp)\n  ld s0, 8(sp)\n  ld s1, 16(sp)\n" \
  "  ld s2, 24(sp)\n  ld s3, 32(sp)\n  ld s4, 40(sp)\n  ld s5, 48(sp)\n  ld s6, 56(sp)\n" \
  "  ld s7, 64(sp)\n  ld s8, 72(sp)\n  ld s9, 80(sp)\n  ld s10, 88(sp)\n  ld s11, 96(sp)\n" \
  "  fld fs2, 104(sp)\n  fld fs3, 112(sp)\n  addi sp, sp, 128\n  ret\n.size " #name ", .-" #name "\n"
#define LOOP(name) #name "_from:\n1:\n"
#define COUNT(name) "  addi s0, s0, 1\n" #name "_half:\n  addi s1, s1, 3\n"
#define AGAIN(name) "  ld t6, 0(s11)\n  beqz t6, 1b\n" #name "_to:\n"
#define FUNCTION(name) ".type " #name ", @function\n" #name ":\n"
#define SIZE(name) ".size " #name ", .-" #name "\n"
/* Calls a function twice with one less than a0, down to 0; returns how often. */
#define TWICE(name, frame, call) \
  FUNCTION(name) \
  "  addi sp, sp, -" #frame "\n  sd ra, 8(sp)\n  sd a0, 0(sp)\n  beqz a0, 2f\n" \
  "  addi a0, a0, -1\n" call "  ld t0, 0(sp)\n  sd a0, 16(sp)\n  addi a0, t0, -1\n" call \
  "  ld t0, 16(sp)\n  add a0, a0, t0\n  addi a0, a0, -1\n" \
  "2: addi a0, a0, 1\n  ld ra, 8(sp)\n  addi sp, sp, " #frame "\n  ret\n" SIZE(name)
#define STEP(n) FUNCTION(step##n) "  addi a0, a0, 1 + " #n "\n  ret\n" SIZE(step##n)

__asm__(
    ".text\n"
    START(tight) LOOP(tight) COUNT(tight) AGAIN(tight) END(tight)
    /* t3 is 10,000 t0 + 100 t1 + t2, and so is ft0. */
    START(nested) "  li t5, 100\n  li t4, 1\n  fcvt.d.l ft1, t4\n"
    LOOP(nested) "  li t3, 0\n  fmv.d.x ft0, zero\n  li t0, 0\n"
    "2: li t1, 0\n"
    "3: li t2, 0\n"
    "nested_inner:\n4: addi t2, t2, 1\nnested_odd:\n  addi t3, t3, 1\nnested_odder:\n  fadd.d ft0, ft0, ft1\n  bne t2, t5, 4b\nnested_next:\n"
    "  addi t1, t1, 1\n  bne t1, t5, 3b\n  addi t0, t0, 1\n  bne t0, t5, 2b\n"
    COUNT(nested) AGAIN(nested) END(nested)
    /* Two sources in turn: t0 reads where t1 writes. */
    START(copy) LOOP(copy) "  andi t5, s0, 1\n  slli t5, t5, 12\n  lla t0, sources\n  add t0, t0, t5\n"
    "  lla t1, target\n  lla t4, target + 4096\n"
    "copy_inner:\n2: ld t2, 0(t0)\n  sd t2, 0(t1)\ncopy_stored:\n  addi t0, t0, 8\ncopy_odd:\n  addi t1, t1, 8\n  bne t1, t4, 2b\n"
    "copy_outer:\n" COUNT(copy) AGAIN(copy) END(copy)
    START(self) LOOP(self) "  li a0, 10\n  call self_twice\n" COUNT(self) AGAIN(self) END(self)
    TWICE(self_twice, 32, "  call self_twice\n")
    START(mutual) LOOP(mutual) "  li a0, 10\n  call even_twice\n" COUNT(mutual) AGAIN(mutual) END(mutual)
    TWICE(even_twice, 32, "  call odd_twice\n")
    TWICE(odd_twice, 48, "  call even_twice\n")
    START(indirect) LOOP(indirect) "  li a0, 10\n  lla t3, indirect_twice\n  jalr t3\n" COUNT(indirect)
    AGAIN(indirect) END(indirect)
    TWICE(indirect_twice, 32, "  lla t3, indirect_twice\n  jalr t3\n")
    /* a0 is what the function that s0 chooses has made of s0; where nobody reads it, it need not be. */
    START(megamorphic) LOOP(megamorphic) "  sd a0, 32(s11)\n  andi t0, s0, 7\n  slli t0, t0, 3\n  lla t1, steps\n"
    "  add t0, t0, t1\n  ld t0, 0(t0)\n  mv a0, s0\nmegamorphic_moved:\n  jalr t0\nmegamorphic_called:\n"
    COUNT(megamorphic) AGAIN(megamorphic) END(megamorphic)
    STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7)
    ".section .data.rel.ro, \"aw\"\n.balign 8\nsteps: .dword step0, step1, step2, step3, step4, step5, step6, step7\n"
    ".text\n");

#define DECLARE(name) \
  uint64_t name(struct shared *); \
  extern char name##_from[], name##_half[], name##_to[];
DECLARE(tight) DECLARE(nested) DECLARE(copy) DECLARE(self) DECLARE(mutual) DECLARE(indirect) DECLARE(megamorphic)

uint64_t sources[2][WORDS], target[WORDS];
extern char nested_inner[], nested_odd[], nested_odder[], nested_next[];
extern char copy_inner[], copy_stored[], copy_odd[], copy_outer[];
extern char self_twice[], even_twice[], odd_twice[], indirect_twice[];
extern char megamorphic_moved[], megamorphic_called[];

static struct shared shared;

enum { SP = 2, T0 = 5, T1 = 6, T2 = 7, S0 = 8, S1 = 9, A0 = 10, S2 = 18, S3 = 19, S10 = 26, S11 = 27, T3 = 28, T5 = 30 };

static int at(uint64_t pc, const char *label) {
  return pc == (uint64_t)label;
}

static int between(uint64_t pc, const char *from, const char *to) {
  return pc >= (uint64_t)from && pc < (uint64_t)to;
}

/* What is special in a shape: -1 is wrong, 1 is right in its innermost part, 0 elsewhere. */
typedef int checker(uint64_t pc, const uint64_t *x, const double *f);

static int check_tight(uint64_t pc, const uint64_t *x, const double *f) {
  return 1;
}

static int check_nested(uint64_t pc, const uint64_t *x, const double *f) {
  if (!between(pc, nested_inner, nested_next)) {
    return 0;
  }
  uint64_t all = 10000 * x[T0] + 100 * x[T1] + x[T2];
  uint64_t sum = all - at(pc, nested_odd);
  double sum_f = (double)(all - at(pc, nested_odd) - at(pc, nested_odder));
  return x[T3] == sum && f[0] == sum_f && f[1] == 1 && x[T5] == 100 ? 1 : -1;
}

static int check_copy(uint64_t pc, const uint64_t *x, const double *f) {
  if (!between(pc, copy_inner, copy_outer)) {
    return 0;
  }
  const uint64_t *from = sources[x[S0] & 1], *other = sources[~x[S0] & 1];
  uint64_t done = (x[T1] - (uint64_t)target) / 8;
  if (x[T0] - (uint64_t)from != 8 * (done + at(pc, copy_odd))) {
    return -1;
  }
  uint64_t stored = done + (at(pc, copy_stored) || at(pc, copy_odd));
  for (uint64_t i = 0; i < WORDS; i++) {
    if (target[i] != (i < stored ? from[i] : other[i])) {
      return -1;
    }
  }
  return 1;
}

static int depth(uint64_t pc, const uint64_t *x, const char *entry, uint64_t taken) {
  if (!at(pc, entry)) {
    return 0;
  }
  return x[SP] == shared.top - taken ? 1 : -1;
}

static int check_self(uint64_t pc, const uint64_t *x, const double *f) {
  return depth(pc, x, self_twice, 32 * (DEPTH - x[A0]));
}

static int check_mutual(uint64_t pc, const uint64_t *x, const double *f) {
  uint64_t d = DEPTH - x[A0];
  int even = depth(pc, x, even_twice, 40 * d), odd = depth(pc, x, odd_twice, 40 * (d - 1) + 32);
  return even != 0 ? even : odd;
}

static int check_indirect(uint64_t pc, const uint64_t *x, const double *f) {
  return depth(pc, x, indirect_twice, 32 * (DEPTH - x[A0]));
}

static int check_megamorphic(uint64_t pc, const uint64_t *x, const double *f) {
  if (!at(pc, megamorphic_from) && !between(pc, megamorphic_called, megamorphic_to)) {
    return 0;
  }
  uint64_t n = x[S0] - !at(pc, megamorphic_called);
  return x[A0] == n + 1 + (n & 7) ? 1 : -1;
}

#define SHAPE(name, warm) {#name, name, name##_from, name##_half, name##_to, warm, check_##name}
static const struct shape {
  const char *name;
  uint64_t (*run)(struct shared *);
  const char *from, *half, *to;
  uint64_t warm; /* rounds until signals count: C2 has compiled the code by then */
  checker *check;
} shapes[] = {SHAPE(tight, 3000000), SHAPE(nested, 3), SHAPE(copy, 3000), SHAPE(self, 300), SHAPE(mutual, 300),
    SHAPE(indirect, 300), SHAPE(megamorphic, 500000)};

static const struct shape *shape;
static volatile int seen, inner, wrong;
static uint64_t token, least;

/* Looks at the frame, and has the shape go on with another token, and 2^40 rounds later. */
static void look(int number, siginfo_t *info, void *context) {
  ucontext_t *c = context;
  uint64_t *x = (uint64_t *)c->uc_mcontext.__gregs, pc = x[0];
  double *f = (double *)c->uc_mcontext.__fpregs.__d.__f;
  if (shape == NULL || x[S11] != (uint64_t)&shared) {
    return; /* before the shape, or behind it */
  }
  int in_loop = between(pc, shape->from, shape->to);
  int found = shape->check(pc, x, f);
  if ((!in_loop && found == 0) || x[S0] < shape->warm) {
    return;
  }
  int right = found >= 0 && x[S0] >= least && x[S2] == token && f[S2] == (double)token;
  right &= x[S1] + (at(pc, shape->half) ? 3 : 0) == 3 * x[S0];
  for (int n = S3; n <= S10; n++) {
    right &= x[n] == 0x100 + (uint64_t)n;
  }
  right &= f[S3] == 0x113;
  right &= !in_loop || x[SP] == shared.top;
  if (!right && wrong < 5) {
    fprintf(stderr, "%s: pc %lx, %d, s0 %lx, s1 %lx, s2 %lx, sp %lx, a0 %lx\n", shape->name,
        pc - (uint64_t)shape->from, found, x[S0], x[S1], x[S2], x[SP], x[A0]);
  }
  wrong += !right;
  inner += found != 0;
  seen++;
  token++;
  x[S2] = token;
  f[S2] = (double)token;
  x[S0] += 1L << JUMP;
  x[S1] += 3L << JUMP;
  if (at(pc, megamorphic_from) || between(pc, megamorphic_moved, megamorphic_to)) {
    x[A0] += 1L << JUMP;
  }
  least = x[S0];
  if (seen >= SIGNALS && inner > 0) {
    shared.stop = 1;
  }
}

static pthread_t loop_thread;
static atomic_int done;

static void wait_a_little(void) {
  struct timespec time = {0, 1000000};
  nanosleep(&time, NULL);
}

static void *send(void *unused) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  while (!done) {
    pthread_kill(loop_thread, SIGUSR1);
    wait_a_little();
  }
  return NULL;
}

static void run(const char *sender) {
  seen = inner = wrong = 0;
  least = 0;
  token = 0x5000;
  shared = (struct shared){.token = token, .token_f = (double)token};
  for (int i = 0; i < WORDS; i++) {
    sources[0][i] = (uint64_t)i * 3;
    sources[1][i] = target[i] = ~(uint64_t)i;
  }
  pthread_t thread;
  struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
  done = 0;
  if (strcmp(sender, "timer") == 0) {
    setitimer(ITIMER_REAL, &often, NULL);
  } else {
    pthread_create(&thread, NULL, send, NULL);
  }
  uint64_t sum = shape->run(&shared);
  if (strcmp(sender, "timer") == 0) {
    setitimer(ITIMER_REAL, &never, NULL);
  } else {
    done = 1;
    pthread_join(thread, NULL);
  }
  int kept = shared.token == token && shared.token_f == (double)token;
  printf("%s, %s: seen %d, wrong %d, went on %d, sum %lx\n", shape->name, sender, seen >= SIGNALS, wrong, kept, sum);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO};
  sigaction(SIGALRM, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
  loop_thread = pthread_self();
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    shape = &shapes[i];
    run("timer");
    run("thread");
  }
  return 0;
}
