/*
 * Recursion that leaves the stack pointer where it is, or moves it in vain: return addresses are
 * kept on a stack of the program's own. By itself, in turns, through pointers, with jumps in
 * between, with system calls and signals at every depth, and left by longjmp and swapcontext.
 *
 * build: -pthread -fno-stack-protector
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#define DEPTH 300000

typedef uint64_t nesting(uint64_t depth, uint64_t *own);

/* PUSH and POP keep ra on the stack that a1 points to, and no frame. */
#define FUNCTION(name, body) \
  nesting name;              \
  __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n" body ".size " #name ", .-" #name "\n");
#define PUSH "  beqz a0, 1f\n  sd ra, 0(a1)\n  addi a1, a1, 8\n  addi a0, a0, -1\n"
#define POP \
  "  addi a1, a1, -8\n  ld ra, 0(a1)\n  slli a2, a0, 1\n  xor a0, a0, a2\n  addi a0, a0, 1\n1:\n  ret\n"

FUNCTION(self, PUSH "  call self\n" POP)
FUNCTION(ping, PUSH "  call pong\n" POP)
FUNCTION(pong, PUSH "  call ping\n" POP)
FUNCTION(pointer, PUSH "  la t0, pointer\n  jalr t0\n" POP)
/* One moves the stack pointer down, the other one up again. */
FUNCTION(down, PUSH "  addi sp, sp, -32\n  call up\n  addi sp, sp, 32\n" POP)
FUNCTION(up, PUSH "  addi sp, sp, 32\n  call down\n  addi sp, sp, -32\n" POP)
/* A distance that is not known before: 0. */
FUNCTION(variable, PUSH "  slt t0, a1, x0\n  sub sp, sp, t0\n  call variable\n" POP)
/* Behind a jump, which leaves the frame of its function. */
FUNCTION(first, PUSH "  addi sp, sp, -16\n  call second\n" POP)
FUNCTION(second, "  addi sp, sp, 16\n  tail third\n")
FUNCTION(third, PUSH "  call fourth\n" POP)
FUNCTION(fourth, "  addi a0, a0, 0\n  tail self\n")

/* A chain of jumps from function to function at every depth of an ordinary recursion. */
FUNCTION(chain, ".altmacro\n"
    "  tail chain_0\n"
    ".macro link number, next\n"
    "  .globl chain_\\number\n"
    "  .type chain_\\number, @function\n"
    "chain_\\number:\n"
    "  addi a0, a0, \\number % 2\n"
    "  addi a0, a0, -(\\number % 2)\n"
    "  tail chain_\\next\n"
    "  .size chain_\\number, .-chain_\\number\n"
    ".endm\n"
    ".set i, 0\n"
    ".rept 400\n"
    "  link %i, %i+1\n"
    "  .set i, i + 1\n"
    ".endr\n"
    ".globl chain_400\n"
    ".type chain_400, @function\n"
    "chain_400:\n"
    "  beqz a0, 1f\n"
    "  addi sp, sp, -16\n"
    "  sd ra, 8(sp)\n"
    "  addi a0, a0, -1\n"
    "  call chain\n"
    "  slli a2, a0, 1\n"
    "  xor a0, a0, a2\n"
    "  addi a0, a0, 1\n"
    "  ld ra, 8(sp)\n"
    "  addi sp, sp, 16\n"
    "1:\n"
    "  ret\n"
    ".size chain_400, .-chain_400\n")

/* Calls visit(depth) with a frame at each depth, from functions that have none. */
extern void at_depth(uint64_t depth);
FUNCTION(visiting, PUSH
    "  addi sp, sp, -16\n  sd a0, 0(sp)\n  sd a1, 8(sp)\n"
    "  call at_depth\n"
    "  ld a0, 0(sp)\n  ld a1, 8(sp)\n  addi sp, sp, 16\n"
    "  call visiting\n" POP)

static uint64_t expected(uint64_t depth) {
  uint64_t value = 0;
  for (uint64_t i = 0; i < depth; i++) {
    value = (value ^ value << 1) + 1;
  }
  return value;
}

static void run(const char *name, nesting *function, uint64_t depth, uint64_t *own) {
  int good = 1;
  for (int i = 0; i < 3; i++) {
    good &= function(depth, own) == expected(depth);
  }
  printf("%s %s\n", name, good ? "good" : "WRONG");
}

static volatile int handled;
static int zero_pipe[2];
static jmp_buf outside;
static ucontext_t main_context, other_context;
static volatile uint64_t leave_at = -1;
static volatile int leave_by_context;
static uint64_t failures;

static void handler(int signal) {
  handled++;
}

void at_depth(uint64_t depth) {
  if (depth == leave_at) {
    if (leave_by_context) {
      swapcontext(&other_context, &main_context);
      return;
    }
    longjmp(outside, 1);
  }
  char byte = depth;
  static int word = 1;
  struct sigaction old;
  void *page;
  switch (depth % 8) {
    case 0: failures += getpid() <= 0; break;
    case 1: failures += read(zero_pipe[0], &byte, 1) != 1; break;
    case 2: failures += write(zero_pipe[1], &byte, 1) != 1; break;
    case 3: failures += syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) != -1 || errno != EAGAIN; break;
    case 4: failures += sigaction(SIGUSR1, NULL, &old) != 0 || old.sa_handler != handler; break;
    case 5: failures += depth % 64 == 5 && kill(getpid(), SIGUSR1) != 0; break;
    case 6:
      if (depth % 256 == 6) {
        page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        failures += page == MAP_FAILED || *(int *)page != 0 || munmap(page, 4096) != 0;
      }
      break;
    default: failures += syscall(SYS_gettid) <= 0;
  }
}

static uint64_t *own_stack(void) {
  return malloc(8 * (DEPTH + 16));
}

static volatile int stop;

/* Runs the same functions meanwhile. */
static void *neighbour(void *result) {
  uint64_t *own = own_stack();
  uint64_t rounds = 0, wrong = 0;
  while (!stop) {
    wrong += self(1000, own) != expected(1000) || ping(99, own) != expected(99);
    rounds++;
  }
  *(uint64_t *)result = rounds > 0 ? wrong : 1;
  return NULL;
}

static void *on_thread(void *unused) {
  uint64_t *own = own_stack();
  run("self on a thread", self, DEPTH, own);
  run("pointer on a thread", pointer, DEPTH, own);
  return NULL;
}

static void on_context(void) {
  uint64_t *own = own_stack();
  uint64_t result = visiting(20000, own);
  printf("context %s\n", result == expected(20000) ? "good" : "WRONG");
}

int main(void) {
  uint64_t *own = own_stack();
  pthread_t thread, other;
  uint64_t wrong = 1;
  setvbuf(stdout, NULL, _IONBF, 0);
  pthread_create(&other, NULL, neighbour, &wrong);

  run("self", self, DEPTH, own);
  run("ping", ping, DEPTH, own);
  run("pointer", pointer, DEPTH, own);
  run("down", down, DEPTH, own);
  run("variable", variable, DEPTH, own);
  run("first", first, DEPTH, own);
  run("chain", chain, 20000, own);
  pthread_create(&thread, NULL, on_thread, NULL);
  pthread_join(thread, NULL);

  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGALRM, &action, NULL);
  pipe(zero_pipe);
  run("visiting", visiting, 60000, own);
  printf("handled %d, failures %lu\n", handled, failures);

  struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &often, NULL);
  run("self with a timer", self, DEPTH, own);
  run("pointer with a timer", pointer, DEPTH, own);
  setitimer(ITIMER_REAL, &never, NULL);

  leave_at = 100;
  for (int i = 0; i < 5; i++) {
    if (setjmp(outside) == 0) {
      visiting(30000, own);
      puts("not left");
    }
  }
  puts("left by longjmp");

  leave_by_context = 1;
  getcontext(&other_context);
  other_context.uc_stack.ss_size = 1 << 20;
  other_context.uc_stack.ss_sp = malloc(1 << 20);
  other_context.uc_link = &main_context;
  makecontext(&other_context, on_context, 0);
  swapcontext(&main_context, &other_context);
  puts("left by swapcontext");
  swapcontext(&main_context, &other_context);

  stop = 1;
  pthread_join(other, NULL);
  printf("neighbour %s\n", wrong == 0 ? "good" : "WRONG");
  return failures != 0;
}
