/*
 * One call through a pointer whose targets change after it became hot: one target, another, many,
 * arguments of every kind, results in two registers, tail calls, and targets that are no code.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define APART __attribute__((noinline, noclone))

typedef int64_t function(int64_t a, int64_t b);

static APART int64_t add(int64_t a, int64_t b) { return a + b; }
static APART int64_t subtract(int64_t a, int64_t b) { return a - b; }
static APART int64_t first(int64_t a, int64_t b) { return a; }
static APART int64_t second(int64_t a, int64_t b) { return b; }
static APART int64_t mix(int64_t a, int64_t b) { return a * 31 ^ b; }

static function *volatile next_target = mix;

/* Hands its arguments on without reading them. */
static APART int64_t tail(int64_t a, int64_t b) { return next_target(a, b); }

static APART int64_t nested(int64_t a, int64_t b) { return next_target(a, b) + next_target(b, a); }

static APART int64_t site(function *f, int64_t a, int64_t b) { return f(a, b) + 1; }

static APART int64_t many_calls(function *f, int64_t value, int times) {
  for (int i = 0; i < times; i++) {
    value = site(f, value, i);
  }
  return value;
}

struct pair {
  int64_t a, b;
};

typedef struct pair wide(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g,
                         int64_t h, int64_t i, double x, float y);

static APART struct pair all(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f,
                             int64_t g, int64_t h, int64_t i, double x, float y) {
  return (struct pair){a + 2 * b + 3 * c + 4 * d + 5 * e, f + 2 * g + 3 * h + 4 * i + (int64_t)(x * y)};
}

static APART struct pair last(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f,
                              int64_t g, int64_t h, int64_t i, double x, float y) {
  return (struct pair){i, (int64_t)x};
}

static double real_add(double x, int64_t n) { return x + (double)n; }
static double real_half(double x, int64_t n) { return x / 2 + (double)(n & 3); }

typedef double real(double x, int64_t n);

static APART double real_site(real *f, double x, int64_t n) { return f(x, n) * 0.5; }

static void in_child(const char *what, uintptr_t target) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    _exit((int)site((function *)target, 40, 1) & 0x7f);
  }
  int status;
  waitpid(child, &status, 0);
  printf("%s %s %d\n", what, WIFSIGNALED(status) ? "signal" : "exit",
         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

int main(void) {
  static function *const targets[] = {add, subtract, first, second, mix, tail, nested, add};
  int64_t value = many_calls(add, 1, 300000);
  printf("one %ld\n", value);
  value = many_calls(subtract, value, 300000);
  printf("another %ld\n", value);
  for (int i = 0; i < 400000; i++) {
    value = site(targets[(i ^ i >> 2) & 7], value, i);
  }
  printf("many %ld\n", value);
  next_target = subtract;
  printf("tail %ld nested %ld\n", many_calls(tail, value, 20000), many_calls(nested, 3, 30));

  wide *volatile wides[] = {all, last};
  struct pair sum = {0, 0};
  double x = 1;
  for (int i = 0; i < 60000; i++) {
    struct pair p = wides[i & 1](i, 2, i + 3, 4, sum.a, sum.b, 7, i, 9, x, 0.5f);
    sum.a += p.a;
    sum.b ^= p.b;
    x = real_site(i % 3 == 0 ? real_half : real_add, x, i);
  }
  printf("wide %ld %ld real %.17g\n", sum.a, sum.b, x);

  /* Wild targets, from a site that inlines its usual ones. */
  uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  static const uint32_t multiply[] = {0x02b50533 /* mul a0, a0, a1 */, 0x00008067 /* ret */};
  memcpy(code, multiply, sizeof multiply);
  __builtin___clear_cache((char *)code, (char *)(code + 2));
  printf("made %ld\n", many_calls((function *)code, 1, 100000));
  in_child("odd address", (uintptr_t)add | 1);
  in_child("made", (uintptr_t)code);
  in_child("null", 0);
  in_child("far", (uintptr_t)add | 1ULL << 63);
  in_child("bit 48", (uintptr_t)add | 1ULL << 48);
  in_child("minus two", -2);
  in_child("data", (uintptr_t)targets);
  mprotect(code, 4096, PROT_READ | PROT_WRITE);
  in_child("no longer executable", (uintptr_t)code);
  munmap(code, 4096);
  in_child("unmapped", (uintptr_t)code);
  printf("still %ld\n", many_calls(add, 1, 10));
  return 0;
}
