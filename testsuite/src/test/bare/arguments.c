// Prints its arguments, which lie where they do on Linux, and one variable of its environment.
#include "hostcall.h"

enum { AT_PAGESZ = 6, AT_ENTRY = 9, AT_RANDOM = 25 };

void _start(void);
__asm__(".globl _start\n_start: mv a0, sp\n\tj begin");

static int begins(const char *text, const char *with) {
  while (*with && *text == *with) text++, with++;
  return !*with;
}

__attribute__((used, noreturn)) static void begin(long *stack) {
  CHECK(1, ((long)stack & 15) == 0);
  long argc = *stack;
  char **argv = (char **)stack + 1;
  for (long i = 1; i < argc; i++) {
    print(argv[i]);
    print("\n");
  }
  CHECK(2, argv[argc] == 0);
  char **variable = argv + argc + 1;
  while (*variable) {
    if (begins(*variable, "MODE=")) print(*variable);
    variable++;
  }
  long *auxiliary = (long *)variable + 1;
  long seen = 0;
  for (; *auxiliary; auxiliary += 2) {
    if (auxiliary[0] == AT_PAGESZ) seen += auxiliary[1] == 4096;
    if (auxiliary[0] == AT_ENTRY) seen += auxiliary[1] == (long)_start;
    if (auxiliary[0] == AT_RANDOM) seen += ((long *)auxiliary[1])[0] != ((long *)auxiliary[1])[1];
  }
  CHECK(3, seen == 3);
  leave((int)argc);
}
