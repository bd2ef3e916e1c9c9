/*
 * What code behind a pointer leaves in registers that the ABI gives to callees: read behind a direct
 * call on the way, or by a second callee; and whatever happens to the stack in the meantime.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

typedef void function(long);

#define FUNCTION(name) ".globl " #name "\n.type " #name ", @function\n" #name ":\n"
#define END(name) ".size " #name ", .-" #name "\n"
#define ENTER "  addi sp, sp, -16\n  sd ra, 8(sp)\n  sd s0, 0(sp)\n"
#define LEAVE "  ld ra, 8(sp)\n  ld s0, 0(sp)\n  addi sp, sp, 16\n  ret\n"

/* Callees (argument): they act as told, then leave 3 * argument + 1 in t0, and more. */
function leave, acts;
/* (callee, argument) -> what is left, read in different ways. */
long reads_itself(function *, long), reads_behind_call(function *, long),
    reads_behind_jump(function *, long), passes_on(function *, long),
    jumps_on_with(function *, long), reads_floats(function *, long), reads_own(function *, long),
    reads_behind_branch(function *, long);
void keeps(long);
static void (*action)(long);
__attribute__((used)) void act(long argument) { action(argument); }

__asm__(
    ".text\n"
    FUNCTION(leave)
    "  slli t0, a0, 1\n  add t0, t0, a0\n  addi t0, t0, 1\n  addi a4, t0, 5\n"
    "  fcvt.d.l ft3, t0\n  li a0, 0\n  ret\n"
    END(leave)
    FUNCTION(acts)
    ENTER "  mv s0, a0\n  call act\n  mv a0, s0\n  call leave\n" LEAVE
    END(acts)
    FUNCTION(keeps)
    "  li a0, 0\n  ret\n"
    END(keeps)
    FUNCTION(reads_itself)
    ENTER "  mv t1, a0\n  mv a0, a1\n  jalr t1\n  mv a0, t0\n" LEAVE
    END(reads_itself)
    FUNCTION(calls_through)
    ENTER "  mv t1, a0\n  mv a0, a1\n  jalr t1\n" LEAVE
    END(calls_through)
    FUNCTION(reads_behind_call)
    ENTER "  call calls_through\n  mv a0, t0\n" LEAVE
    END(reads_behind_call)
    FUNCTION(jumps_through)
    "  mv t1, a0\n  mv a0, a1\n  jr t1\n"
    END(jumps_through)
    FUNCTION(reads_behind_jump)
    ENTER "  call jumps_through\n  mv a0, t0\n" LEAVE
    END(reads_behind_jump)
    FUNCTION(takes_a4)
    "  addi a0, a4, -5\n  ret\n"
    END(takes_a4)
    FUNCTION(passes_on)
    ENTER "  mv t1, a0\n  mv a0, a1\n  jalr t1\n  call takes_a4\n" LEAVE
    END(passes_on)
    FUNCTION(jumps_on_with)
    ENTER "  mv t1, a0\n  mv a0, a1\n  jalr t1\n"
    "  ld ra, 8(sp)\n  ld s0, 0(sp)\n  addi sp, sp, 16\n  j takes_a4\n"
    END(jumps_on_with)
    FUNCTION(reads_floats)
    ENTER "  mv t1, a0\n  mv a0, a1\n  jalr t1\n  fcvt.l.d a0, ft3, rtz\n" LEAVE
    END(reads_floats)
    /* What the callee does not change is still there. */
    FUNCTION(reads_own)
    ENTER "  slli t0, a1, 1\n  add t0, t0, a1\n  addi t0, t0, 1\n  lla t1, keeps\n  jalr t1\n  mv a0, t0\n" LEAVE
    END(reads_own)
    FUNCTION(reads_behind_branch)
    ENTER "  mv t1, a0\n  andi s0, a1, 1\n  li t0, -1\n  mv a0, a1\n  beqz s0, 1f\n  jalr t1\n  j 2f\n"
    "1: jalr t1\n2: li a1, 4\n3: addi a1, a1, -1\n  bgtz a1, 3b\n  mv a0, t0\n" LEAVE
    END(reads_behind_branch));

static void nothing(long n) { (void)n; }

static int depth_reached;
__attribute__((noinline)) static int deep(int n) {
  volatile int here = n;
  return n == 0 ? 0 : deep(n - 1) + (here != n) + 1;
}
static void recurses(long n) { depth_reached = deep(50000 + (int)n); }

static volatile sig_atomic_t handled;
static long seen_by_handler;
static void handler(int number) {
  (void)number;
  handled++;
  /* A handler's own reads of leftovers do not disturb those of what it interrupted. */
  seen_by_handler += reads_itself(leave, handled);
}
static void raises(long n) {
  (void)n;
  raise(SIGUSR1);
}
static void raises_twice(long n) {
  raises(n);
  kill(getpid(), SIGUSR2);
}

static jmp_buf inside, outside;
static void jumps_inside(long n) {
  if (setjmp(inside) == 0) {
    deep((int)(n % 10));
    longjmp(inside, 1);
  }
}
static void jumps_outside(long n) { longjmp(outside, (int)n + 1); }

static ucontext_t caller, coroutine;
static long resumed;
static void body(void) {
  for (;;) {
    resumed += reads_itself(leave, resumed % 7);
    swapcontext(&coroutine, &caller);
  }
}
static void switches(long n) {
  (void)n;
  swapcontext(&caller, &coroutine);
}

static void forks(long n) {
  pid_t child = fork();
  if (child == 0) {
    return; /* The child reads what is left, too. */
  }
  int status;
  waitpid(child, &status, 0);
  printf("the child of %ld ended with %d\n", n, WEXITSTATUS(status));
}

typedef long reader(function *, long);
static const struct {
  const char *name;
  reader *read;
} readers[] = {
    {"itself", reads_itself}, {"behind a call", reads_behind_call},
    {"behind a jump", reads_behind_jump}, {"by the next callee", passes_on},
    {"by a jump's target", jumps_on_with}, {"floats", reads_floats}, {"its own", reads_own},
    {"behind a branch", reads_behind_branch},
};

static void check(const char *what, void (*does)(long), int times) {
  action = does;
  int wrong = 0;
  for (int r = 0; r < (int)(sizeof readers / sizeof *readers); r++) {
    for (long n = 0; n < times; n++) {
      if (readers[r].read(acts, n) != 3 * n + 1) {
        printf("%s, read %s: wrong for %ld\n", what, readers[r].name, n);
        wrong++;
        break;
      }
    }
  }
  printf("%s: %d wrong\n", what, wrong);
}

int main(void) {
  char *alternate = malloc(SIGSTKSZ * 4);
  char above[SIGSTKSZ * 4]; /* An alternate stack above those that it interrupts. */
  struct sigaction sa = {.sa_handler = handler};
  sigaction(SIGUSR1, &sa, NULL);
  sa.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR2, &sa, NULL);

  for (long n = 0; n < 5000; n++) {
    leave(n); /* Translated, whatever is entered at it. */
  }
  check("nothing", nothing, 2000);
  check("recursion", recurses, 2);
  check("signal", raises, 20);
  sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = SIGSTKSZ * 4}, NULL);
  check("signals", raises_twice, 20);
  sigaltstack(&(stack_t){.ss_sp = above, .ss_size = sizeof above}, NULL);
  check("signals on a stack above", raises_twice, 20);
  printf("%d handled, %ld seen\n", (int)handled, seen_by_handler);
  check("longjmp inside", jumps_inside, 20);

  action = jumps_outside;
  volatile long sum = 0;
  for (volatile long n = 0; n < 200; n++) {
    int jumped = setjmp(outside);
    if (jumped == 0) {
      reads_itself(acts, n);
      printf("never here\n");
    } else {
      sum += jumped + reads_itself(leave, n);
    }
  }
  printf("longjmp outside: %ld\n", sum);

  char *stack = malloc(1 << 18);
  getcontext(&coroutine);
  coroutine.uc_stack.ss_sp = stack;
  coroutine.uc_stack.ss_size = 1 << 18;
  makecontext(&coroutine, body, 0);
  check("context switch", switches, 20);
  printf("resumed: %ld\n", resumed);

  fflush(stdout);
  action = forks;
  pid_t self = getpid();
  long left = reads_behind_call(acts, 5);
  if (getpid() != self) {
    _exit((int)left);
  }
  printf("the parent has %ld\n", left);
  return 0;
}
