/* Synchronous signals: what siginfo and the register frame say, and handlers that change them. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static volatile int caught_signal, caught_code;
static void *volatile caught_address;
static volatile uint64_t caught_argument;

/* Skips the instruction that trapped and leaves a mark in a0. */
static void skip(int signal, siginfo_t *info, void *context) {
  mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
  uint64_t pc = machine->__gregs[REG_PC];
  caught_signal = signal;
  caught_code = info->si_code;
  caught_address = info->si_addr;
  caught_argument = machine->__gregs[REG_A0 + 1];
  machine->__gregs[REG_PC] = pc + ((*(uint16_t *)pc & 3) == 3 ? 4 : 2);
  machine->__gregs[REG_A0] = 0x5eed;
}

static void report(const char *what, uint64_t a0, const void *pc) {
  printf("%s: signal %d code %d", what, caught_signal, caught_code);
  if (caught_address == pc) {
    printf(" at pc");
  } else {
    printf(" address %p", caught_address);
  }
  printf(" a1 %#lx a0 %#lx\n", caught_argument, a0);
}

/* Runs one instruction with a1 = ARGUMENT; `here` is its address. */
#define TRAP(what, instruction, argument)                                             \
  do {                                                                                \
    register uint64_t a0 __asm__("a0") = 1;                                           \
    register uint64_t a1 __asm__("a1") = (argument);                                  \
    void *here;                                                                       \
    __asm__ volatile("la %2, 1f\n1:\n" instruction : "+r"(a0), "+r"(a1), "=&r"(here) \
                     : : "memory");                                                   \
    uint64_t result = a0;                                                             \
    report(what, result, here);                                                       \
  } while (0)

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = skip;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  sigaction(SIGTRAP, &action, NULL);
  TRAP("load", "ld a0, 8(a1)", 0);
  TRAP("store", "sw a0, -4(a1)", 0x1004);
  TRAP("load beyond", "lbu a0, 0(a1)", 0x3ffffff000);
  TRAP("floating-point load", "fld ft0, 16(a1)", 0x100);
  TRAP("illegal", ".4byte 0xffffffff", 7);
  TRAP("illegal compressed", ".2byte 0", 8);
  TRAP("no vectors", ".4byte 0x0d007057", 9);
  TRAP("breakpoint", "ebreak", 10);
  return 0;
}
