// What a program finds when it starts: stack, auxiliary vector, vDSO.
// arguments: one two
// environment: NAME=value
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  printf("%d %s %s %d\n", argc, argv[1], argv[2], argv[3] == NULL);
  int found = 0;
  for (char **e = environ; *e != NULL; e++) found |= strcmp(*e, "NAME=value") == 0;
  printf("%d\n", found);
  char **after = environ;
  while (*after != NULL) after++;
  printf("%d\n", after < (char **)argv[0]);
  printf("%lx %lu %lu %lu\n", getauxval(AT_HWCAP), getauxval(AT_PAGESZ), getauxval(AT_CLKTCK),
         getauxval(AT_SECURE));
  printf("%d %d\n", getauxval(AT_UID) == getuid(), getauxval(AT_EGID) == getegid());
  printf("%lu %d\n", getauxval(AT_PHENT), getauxval(AT_PHNUM) > 2);
  const ElfW(Phdr) *headers = (void *)getauxval(AT_PHDR);
  int loads = 0;
  for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++) loads += headers[i].p_type == PT_LOAD;
  printf("%d\n", loads);
  printf("%d\n", getauxval(AT_ENTRY) != 0 && getauxval(AT_BASE) == 0);
  const char *name = (char *)getauxval(AT_EXECFN);
  printf("%s\n", strrchr(name, '/') + 1);
  const unsigned char *random = (void *)getauxval(AT_RANDOM);
  int sum = 0;
  for (int i = 0; i < 16; i++) sum |= random[i];
  printf("%d\n", sum != 0);
  struct utsname machine;
  uname(&machine);
  printf("%s %s\n", machine.sysname, machine.machine);
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%d\n", b.tv_sec > a.tv_sec || b.tv_nsec >= a.tv_nsec);
  int here;
  printf("%d\n", (unsigned long)&here % 4 == 0 && (unsigned long)argv % 8 == 0);
  printf("%d\n", getpid() > 1 && getppid() > 0);
  return 0;
}
