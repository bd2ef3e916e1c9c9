/*
 * Null checks by fault, as language runtimes make them: the load has no test before it, and the
 * handler of its fault gives it a result and goes on behind it, or goes to a handler elsewhere that
 * reads registers which are dead behind the load.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

extern char skip_load[], skipped_load[], throw_load[], thrown[];

static volatile long skips, throws, others;

static void handle(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)info;
  ucontext_t *c = context;
  unsigned long pc = c->uc_mcontext.__gregs[0];
  if (pc == (unsigned long)skip_load) {
    skips++;
    c->uc_mcontext.__gregs[10] = -1000; /* a0 */
    c->uc_mcontext.__gregs[0] = (unsigned long)skipped_load;
  } else if (pc == (unsigned long)throw_load) {
    throws++;
    c->uc_mcontext.__gregs[0] = (unsigned long)thrown;
  } else {
    others++;
    exit(1);
  }
}

/* long sum_skipping(int **objects, long n): a missing object counts as -1000. */
asm(".text\n.globl sum_skipping\n.type sum_skipping, @function\n"
    "sum_skipping:\n"
    "  li a2, 0\n"
    "1: beqz a1, 2f\n"
    "  ld a3, 0(a0)\n"
    "  mv a5, a0\n"
    ".globl skip_load\n.option push\n.option norvc\n"
    "skip_load: lw a0, 4(a3)\n"
    ".option pop\n.globl skipped_load\n"
    "skipped_load: add a2, a2, a0\n"
    "  addi a0, a5, 8\n"
    "  addi a1, a1, -1\n"
    "  j 1b\n"
    "2: mv a0, a2\n"
    "  ret\n"
    ".size sum_skipping, . - sum_skipping\n");

/* long first_missing(int **objects, long n): 1000 * index + the low bits of the last value. */
asm(".text\n.globl first_missing\n.type first_missing, @function\n"
    "first_missing:\n"
    "  li t0, 0\n"
    "  li t2, 0\n"
    "1: beq t0, a1, 2f\n"
    "  slli t1, t0, 3\n"
    "  add t1, t1, a0\n"
    "  ld t3, 0(t1)\n"
    "  addi t4, t0, 7\n" /* dead behind the load */
    ".globl throw_load\n.option push\n.option norvc\n"
    "throw_load: lw t2, 4(t3)\n"
    ".option pop\n"
    "  addi t0, t0, 1\n"
    "  j 1b\n"
    "2: li a0, -1\n"
    "  ret\n"
    ".globl thrown\n"
    "thrown:\n"
    "  li a0, 1000\n"
    "  mul a0, a0, t4\n"
    "  andi t2, t2, 127\n"
    "  add a0, a0, t2\n"
    "  ret\n"
    ".size first_missing, . - first_missing\n");

long sum_skipping(int **objects, long n);
long first_missing(int **objects, long n);

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  static int *objects[1000];
  static int values[1000][2];
  for (int i = 0; i < 1000; i++) {
    values[i][1] = i * 3;
    objects[i] = values[i];
  }
  long sum = 0;
  /* Hot without a fault, then with one now and then. */
  for (int round = 0; round < 20000; round++) {
    if (round > 10000 && round % 10 == 0) {
      objects[round % 1000] = NULL;
    }
    sum += sum_skipping(objects, 1000);
    objects[round % 1000] = values[round % 1000];
  }
  printf("sum %ld, %ld skips\n", sum, skips);
  long found = 0;
  for (int round = 0; round < 20000; round++) {
    int missing = (int)(round * 7919L % 1000);
    if (round > 5000) {
      objects[missing] = NULL;
    }
    found += first_missing(objects, 1000);
    objects[missing] = values[missing];
  }
  printf("found %ld, %ld throws, %ld others\n", found, throws, others);
  return 0;
}
