/*
 * One thread installs the handler, or takes permissions away, while another runs a hot loop without
 * system calls: what it does after that is seen exactly.
 * build: -pthread
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define ROUNDS 10
#define BARRIERS 100

static long *page;
static atomic_int go, released, handled;
static volatile long wrong;

extern char spin_fault[], spin_end[];

/* long spin(atomic_int *go, long *page): counts until told, then stores to the page. */
asm(".text\n.globl spin\n.type spin, @function\n"
    "spin:\n"
    "  li t0, 0\n"
    "  li t3, 1234\n"
    "1: addi t0, t0, 1\n"
    "  xor t3, t3, t0\n"
    "  addi t4, t3, 1\n" /* dead, but seen by the handler */
    "  lw t1, 0(a0)\n"
    "  beqz t1, 1b\n"
    "  fmv.d.x ft0, t3\n"
    ".globl spin_fault\n.option push\n.option norvc\n"
    "spin_fault: sd t0, 0(a1)\n"
    ".option pop\n"
    ".globl spin_end\n"
    "spin_end: mv a0, t0\n"
    "  ret\n"
    ".size spin, . - spin\n");

long spin(atomic_int *go, long *page);

static void handle(int signal, siginfo_t *info, void *context) {
  (void)signal;
  ucontext_t *c = context;
  unsigned long *x = c->uc_mcontext.__gregs;
  wrong += x[0] != (unsigned long)spin_fault || info->si_addr != page;
  wrong += x[11] != (unsigned long)page || x[5] == 0 || x[29] != x[28] + 1;
  wrong += c->uc_mcontext.__fpregs.__d.__f[0] != x[28];
  x[5] = 4711;
  x[0] = (unsigned long)spin_end;
}

static void *spinner(void *argument) {
  (void)argument;
  return (void *)spin(&go, page);
}

static int install_while_running(void) {
  pthread_t thread;
  page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_create(&thread, NULL, spinner, NULL);
  usleep(20000);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  atomic_store(&go, 1);
  void *result;
  pthread_join(thread, &result);
  return result == (void *)4711 && wrong == 0 ? 0 : 1;
}

static void wait_for_release(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)info;
  (void)context;
  atomic_fetch_add(&handled, 1);
  while (!atomic_load(&released)) {
  }
}

static __attribute__((noinline)) void *count(void *argument) {
  volatile long *counter = argument;
  while (!atomic_load_explicit(&go, memory_order_relaxed)) {
    *counter = *counter + 1;
  }
  return NULL;
}

/* After mprotect returns, no store of the other thread arrives. */
static long stores_after_mprotect(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = wait_for_release;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  pthread_t thread;
  atomic_store(&go, 0);
  page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_create(&thread, NULL, count, page);
  long late = 0;
  for (int i = 0; i < BARRIERS; i++) {
    long started = *(volatile long *)page;
    while (*(volatile long *)page - started < 100000) {
    }
    atomic_store(&released, 0);
    mprotect(page, 4096, PROT_READ);
    long stopped = *(volatile long *)page;
    while (atomic_load(&handled) <= i) {
    }
    late += *(volatile long *)page != stopped;
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
    atomic_store(&released, 1);
  }
  atomic_store(&go, 1);
  pthread_join(thread, NULL);
  return late;
}

int main(void) {
  int failed = 0;
  for (int i = 0; i < ROUNDS; i++) {
    pid_t child = fork();
    if (child == 0) {
      _exit(install_while_running());
    }
    int status;
    waitpid(child, &status, 0);
    failed += status != 0;
  }
  printf("installed while running: %d failed\n", failed);
  printf("stores after mprotect: %ld\n", stores_after_mprotect());
  return 0;
}
