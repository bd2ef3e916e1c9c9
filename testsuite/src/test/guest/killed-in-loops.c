/*
 * Code that makes no calls of the kernel, after it has run long enough to be compiled: SIGKILL from
 * another process ends it at once. Signals that arrive in it show the registers as they are there:
 * those of code that keeps known values in them.
 *
 * The best of five kills counts: a busy machine delays one, not all.
 *
 * With the JVM's log of compilations as an argument, each kill waits until the code has been compiled
 * by C2 and that is in use.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define MILLIS 1000000L
#define LIMIT (100 * MILLIS)
#define MOST_WAITING 60000 /* milliseconds, for C2 on the slowest machine */

static uint64_t data[1 << 12], copy[1 << 12];
static volatile uint64_t result;

__attribute__((noinline)) static void tight(void) {
  __asm__ volatile("1: j 1b");
}

__attribute__((noinline)) static void counting(void) {
  for (uint64_t i = 0;; i++) {
    __asm__ volatile("" : "+r"(i));
  }
}

__attribute__((noinline)) static void nested(void) {
  for (;;) {
    uint64_t sum = 0;
    for (int i = 0; i < 1000; i++) {
      for (int j = 0; j < 1000; j++) {
        for (int k = 0; k < 1000; k++) {
          sum = sum * 3 + (i ^ j ^ k);
        }
      }
    }
    result = sum;
  }
}

__attribute__((noinline)) static void copying(void) {
  for (;;) {
    for (int i = 0; i < 1 << 12; i++) {
      copy[i] = data[i];
    }
    __asm__ volatile("" : : : "memory");
  }
}

__attribute__((noinline)) static uint64_t fibonacci(uint64_t n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static void recursing(void) {
  result = fibonacci(90);
}

static uint64_t odd(uint64_t n);

__attribute__((noinline)) static uint64_t even(uint64_t n) {
  __asm__ volatile("" : "+r"(n));
  uint64_t a = n == 0 ? 0 : odd(n - 1) + 1;
  __asm__ volatile("" : "+r"(n));
  return n == 0 ? 1 : odd(n - 1) + a;
}

__attribute__((noinline)) static uint64_t odd(uint64_t n) {
  __asm__ volatile("" : "+r"(n));
  uint64_t a = n == 0 ? 0 : even(n - 1) + 1;
  __asm__ volatile("" : "+r"(n));
  return n == 0 ? 0 : even(n - 1) + a;
}

static void mutual(void) {
  result = even(60);
}

typedef uint64_t function(uint64_t);

#define STEP(n) \
  __attribute__((noinline)) static uint64_t step##n(uint64_t v) { return v * (n + 3) ^ v >> 7; }
STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7)
static function *volatile steps[] = {step0, step1, step2, step3, step4, step5, step6, step7};

__attribute__((noinline)) static void megamorphic(void) {
  uint64_t v = 1;
  for (uint64_t i = 0;; i++) {
    v = steps[i & 7](v);
    result = v;
  }
}

static function *volatile indirect;

__attribute__((noinline)) static uint64_t by_pointer(uint64_t n) {
  return n < 2 ? n : indirect(n - 1) + indirect(n - 2);
}

static void pointer(void) {
  indirect = by_pointer;
  result = by_pointer(90);
}

/* Frames without end that move no stack pointer, and jumps without end. */
void frameless(void), jumping(void);
__asm__(".text\n.type frameless, @function\nframeless:\n  call frameless\n  ret\n.size frameless, .-frameless\n"
        ".type jumping, @function\njumping:\n  j jumped\n.size jumping, .-jumping\n"
        ".type jumped, @function\njumped:\n  j jumping\n.size jumped, .-jumped\n");

static const struct {
  const char *name;
  void (*run)(void);
  void *code; /* the function that runs without end */
} shapes[] = {{"tight", tight, tight}, {"counting", counting, counting}, {"nested", nested, nested},
    {"copying", copying, copying}, {"recursing", recursing, fibonacci}, {"mutual", mutual, even},
    {"megamorphic", megamorphic, megamorphic}, {"pointer", pointer, by_pointer},
    {"frameless", frameless, frameless}, {"jumping", jumping, jumping}};

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 * MILLIS + time.tv_nsec;
}

static void wait_millis(long millis) {
  struct timespec time = {millis / 1000, millis % 1000 * MILLIS};
  nanosleep(&time, NULL);
}

/*
 * How many compilations of a function by C2, which is tier 4, are in use. A line of the log is
 * "[time][level][tags] NUMBER FLAGS TIER CLASS::f_ADDRESS...", again with "made not entrant" at the
 * end of its use.
 */
static int compilations(const char *log, void *code) {
  static long in_use[1000];
  char line[1000], method[40];
  int count = 0;
  snprintf(method, sizeof method, "::f_%lx ", (unsigned long)code);
  FILE *file = fopen(log, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    char *number = strstr(line, "] "), *class = strstr(line, " guest");
    if (number == NULL || class == NULL || strstr(line, method) == NULL) {
      continue;
    }
    while (class > line && *class == ' ') {
      class--;
    }
    long id = strtol(number + 1, NULL, 10);
    if (strstr(line, "made not entrant") != NULL) {
      for (int i = 0; i < count; i++) {
        if (in_use[i] == id) {
          in_use[i] = in_use[--count];
        }
      }
    } else if (*class == '4' && count < 1000) {
      in_use[count++] = id;
    }
  }
  if (file != NULL) {
    fclose(file);
  }
  return count;
}

static int wait_for_compiler(const char *log, void *code) {
  for (int waited = 0; waited < MOST_WAITING; waited += 50) {
    if (compilations(log, code) > 0) {
      return 1;
    }
    wait_millis(50);
  }
  return 0;
}

static void kill_all(const char *log) {
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    long best = 1000 * 1000 * MILLIS;
    int killed = 0;
    for (int attempt = 0; attempt < 5; attempt++) {
      pid_t child = fork();
      if (child == 0) {
        shapes[i].run();
        _exit(1);
      }
      wait_millis(attempt == 0 ? 700 : 50);
      if (log != NULL && !wait_for_compiler(log, shapes[i].code)) {
        printf("%s: not compiled\n", shapes[i].name);
        kill(child, SIGKILL);
        exit(1);
      }
      long start = now();
      kill(child, SIGKILL);
      int status;
      waitpid(child, &status, 0);
      long time = now() - start;
      best = time < best ? time : best;
      killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }
    printf("%s: killed %d, %s\n", shapes[i].name, killed, best < LIMIT ? "in time" : "LATE");
    if (best >= LIMIT) {
      fprintf(stderr, "%s: %ld ns\n", shapes[i].name, best);
    }
  }
}

/*
 * A loop with constants in all registers that it does not need: register n holds
 * 0x100 + n, and all are read at the end. t0 counts up and a1 is twice as much, except right between the two additions.
 */
uint64_t known_loop(uint64_t *stop);
extern char known_start[], known_end[];
#define SAVE \
  "  addi sp, sp, -112\n  sd ra, 104(sp)\n  sd s0, 96(sp)\n  sd s1, 88(sp)\n  sd s2, 80(sp)\n"                  \
  "  sd s3, 72(sp)\n  sd s4, 64(sp)\n  sd s5, 56(sp)\n  sd s6, 48(sp)\n  sd s7, 40(sp)\n"                       \
  "  sd s8, 32(sp)\n  sd s9, 24(sp)\n  sd s10, 16(sp)\n  sd s11, 8(sp)\n"                                       \
  "  li t0, 0\n  li t1, 0x106\n  li t2, 0x107\n  li s0, 0x108\n  li s1, 0x109\n  li a1, 0\n"                    \
  "  li a2, 0x10c\n  li a3, 0x10d\n  li a4, 0x10e\n  li a5, 0x10f\n  li a6, 0x110\n  li a7, 0x111\n"            \
  "  li s2, 0x112\n  li s3, 0x113\n  li s4, 0x114\n  li s5, 0x115\n  li s6, 0x116\n  li s7, 0x117\n"            \
  "  li s8, 0x118\n  li s9, 0x119\n  li s10, 0x11a\n  li s11, 0x11b\n  li t3, 0x11c\n  li t4, 0x11d\n"          \
  "  li t5, 0x11e\n"
/* Reads all of them, so that they matter until then. */
#define USE \
  "  li t6, 0\n  add t6, t6, t1\n  add t6, t6, t2\n  add t6, t6, s0\n  add t6, t6, s1\n" \
  "  add t6, t6, a2\n  add t6, t6, a3\n  add t6, t6, a4\n  add t6, t6, a5\n  add t6, t6, a6\n" \
  "  add t6, t6, a7\n  add t6, t6, s2\n  add t6, t6, s3\n  add t6, t6, s4\n  add t6, t6, s5\n" \
  "  add t6, t6, s6\n  add t6, t6, s7\n  add t6, t6, s8\n  add t6, t6, s9\n  add t6, t6, s10\n" \
  "  add t6, t6, s11\n  add t6, t6, t3\n  add t6, t6, t4\n  add t6, t6, t5\n  sd t6, 8(a0)\n"
#define RESTORE \
  "  mv a0, t0\n  ld ra, 104(sp)\n  ld s0, 96(sp)\n  ld s1, 88(sp)\n  ld s2, 80(sp)\n  ld s3, 72(sp)\n"         \
  "  ld s4, 64(sp)\n  ld s5, 56(sp)\n  ld s6, 48(sp)\n  ld s7, 40(sp)\n  ld s8, 32(sp)\n  ld s9, 24(sp)\n"      \
  "  ld s10, 16(sp)\n  ld s11, 8(sp)\n  addi sp, sp, 112\n  ret\n"
__asm__(".text\nknown_start:\n"
        ".type known_loop, @function\nknown_loop:\n" SAVE
        "1:\n  addi t0, t0, 1\n  addi a1, a1, 2\n  ld t6, 0(a0)\n  beqz t6, 1b\n" USE RESTORE
        ".size known_loop, .-known_loop\n"
        "known_end:\n");

static uint64_t stop[2], last;
static volatile int seen, wrong;

static void look(int number, siginfo_t *info, void *context) {
  uint64_t *x = ((ucontext_t *)context)->uc_mcontext.__gregs;
  uint64_t pc = x[0];
  if (pc < (uint64_t)known_start || pc >= (uint64_t)known_end) {
    return;
  }
  /* The prologue sets the registers, and the epilogue restores them. */
  if (x[30] != 0x11e || x[8] != 0x108 || x[5] == 0) {
    return;
  }
  seen++;
  for (int n = 6; n < 31; n++) {
    if (n != 10 && n != 11 && x[n] != 0x100 + (uint64_t)n) {
      wrong++;
      fprintf(stderr, "x%d is %lx at %lx\n", n, x[n], pc - (uint64_t)known_start);
    }
  }
  if (x[11] != 2 * x[5] && x[11] + 2 != 2 * x[5]) {
    wrong++;
  }
  if (x[5] < last || x[10] != (uint64_t)stop) {
    wrong++;
  }
  last = x[5];
  if (seen == 200) {
    stop[0] = 1;
  }
}

static void see(const char *name, uint64_t (*run)(uint64_t *)) {
  struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO};
  struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
  sigaction(SIGALRM, &action, NULL);
  seen = wrong = 0;
  last = stop[0] = stop[1] = 0;
  setitimer(ITIMER_REAL, &often, NULL);
  uint64_t count = run(stop);
  setitimer(ITIMER_REAL, &never, NULL);
  printf("%s: seen %d, wrong %d, counted on %d, sum %lx\n", name, seen >= 200, wrong, count >= last, stop[1]);
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IONBF, 0);
  kill_all(count > 1 ? arguments[1] : NULL);
  see("loop", known_loop);
  return 0;
}
