/* Handlers of a hybrid program: codes of capability faults, what frames hold, who may have handlers. */
#include "linux.h"

#define REGISTERS 176
#define EXTENSION (REGISTERS + 256 + 520)
#define RECORD (EXTENSION + 8)

struct action {
  void (*handler)(int, char *, char *);
  long flags;
  long mask;
};

static char buffer[64] ALIGNED;
static char copy[34 * 16] ALIGNED;
static volatile int entered;
static volatile int code;
static volatile int spoil;

static void set(int number, void (*handler)(int, char *, char *)) {
  struct action action = {handler, 4, 0};
  check(90, call4(134, number, &action, 0, 8) == 0);
}

#define SLOT(context, n) ((context) + RECORD + 16 * (n))

/* Goes on behind the faulting instruction, which is 4 bytes long. */
static void skip(int number, char *info, char *context) {
  entered++;
  code = *(int *)(info + 8);
  check(91, number == SIGSEGV);
  check(92, *(long *)(info + 16) == (code < 10 ? 16 : *(long *)(context + REGISTERS)));
  *(long *)(context + REGISTERS) += 4;
}

/* Looks at t0's capability in the frame, and overwrites it by its own bits where asked to. */
static void look(int number, char *info, char *context) {
  entered++;
  check(93, *(unsigned *)(context + EXTENSION) == 0x49524843);
  check(94, tag_at(SLOT(context, 5)) && length_at(SLOT(context, 5)) == 24);
  check(95, tag_at(SLOT(context, 0)) && tag_at(SLOT(context, 32)));
  if (spoil) {
    volatile long *word = (long *)SLOT(context, 5);
    *word = *word;
  }
  for (int i = 0; i < 34 * 16; i++) {
    copy[i] = SLOT(context, 0)[i];
  }
}

/* Kills itself with a capability of 24 bytes in ct0; returns its tag and length afterwards. */
static long over_a_signal(void) {
  register long a0 __asm__("a0") = getpid();
  register long a1 __asm__("a1") = SIGUSR1;
  register long a7 __asm__("a7") = 129;
  long tag, length;
  __asm__ volatile("cspecialrw ct0, ddc, cnull\n\t"
                   "csetaddr ct0, ct0, %5\n\t"
                   "csetboundsimm ct0, ct0, 24\n\t"
                   "ecall\n\t"
                   "cgettag %0, ct0\n\t"
                   "cgetlen %1, ct0"
                   : "=&r"(tag), "=&r"(length), "+r"(a0)
                   : "r"(a1), "r"(a7), "r"(buffer)
                   : "t0", "memory");
  return tag ? length : -1;
}

/* Loads through ct0 after an instruction has changed it; returns the code of the fault. */
#define FAULT(change)                                                  \
  ({                                                                   \
    code = 0;                                                          \
    __asm__ volatile("cspecialrw ct0, ddc, cnull\n\t"                  \
                     "csetaddr ct0, ct0, %0\n\t"                       \
                     "csetboundsimm ct0, ct0, 16\n\t" change           \
                     "\n\tld.cap t1, ct0"                              \
                     :                                                 \
                     : "r"(buffer)                                     \
                     : "t0", "t1", "memory");                          \
    code;                                                              \
  })

static void codes(void) {
  set(SIGSEGV, skip);
  check(1, FAULT("") == 0);
  check(2, FAULT("ccleartag ct0, ct0") == 10);
  check(3, FAULT("csealentry ct0, ct0") == 11);
  check(4, FAULT("cincoffsetimm ct0, ct0, 9") == 12);
  check(5, FAULT("li t1, 8\n\tcandperm ct0, ct0, t1") == 13);
  /* A fault of memory has the ordinary code. */
  code = 0;
  __asm__ volatile("ld t1, 16(zero)\n\t.option push\n\t.option norvc\n\tnop\n\t.option pop" ::: "t1");
  check(6, code == 1 || code == 2);
  check(7, entered == 5);
}

static void frames(void) {
  set(SIGUSR1, look);
  entered = 0;
  check(10, over_a_signal() == 24 && entered == 1);
  spoil = 1;
  check(11, over_a_signal() == -1 && entered == 2);
  spoil = 0;
  /* A record that was copied as integers has no tags. */
  check(12, !tag_at(copy + 5 * 16) && !tag_at(copy));
}

/* Calls rt_sigaction under a PCC without the permission for system registers. */
static long bounded_action(struct action *action) {
  register long a0 __asm__("a0") = SIGUSR1;
  register long a1 __asm__("a1") = (long)action;
  register long a2 __asm__("a2") = 0;
  register long a3 __asm__("a3") = 8;
  register long a7 __asm__("a7") = 134;
  __asm__ volatile("cspecialrw ct0, pcc, cnull\n\t"
                   "li t1, ~1024\n\t"
                   "candperm ct2, ct0, t1\n\t"
                   "lla t1, 1f\n\t"
                   "csetaddr ct2, ct2, t1\n\t"
                   "lla t1, 2f\n\t"
                   "csetaddr ct0, ct0, t1\n\t"
                   "jalr.cap cnull, ct2\n"
                   "1:\tecall\n\t"
                   "jalr.cap cnull, ct0\n"
                   "2:"
                   : "+r"(a0)
                   : "r"(a1), "r"(a2), "r"(a3), "r"(a7)
                   : "t0", "t1", "t2", "memory");
  return a0;
}

static void run(long *stack) {
  struct action action = {skip, 4, 0};
  codes();
  frames();
  check(20, bounded_action(&action) == -EPERM);
  check(21, bounded_action(0) == 0);
  write(1, "signals ok\n", 11);
}
