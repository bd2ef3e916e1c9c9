/*
 * What functions that are called through pointers leave in registers that the ABI gives to them,
 * what they do not change there, and what they take for arguments: within the program, from it to
 * a library, the other way round, and within the library.
 *
 * dynamic:
 * library: left-in-registers
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "library/left-in-registers.c"

typedef void observer(function *, uint64_t, uint64_t *);

static const char *const names[] = {"changes some", "changes none", "takes temporaries", "jumps on",
    "calls twice", "counts", "copies", "returns float", "calls near"};

/* A register is left out that holds an address of code; t6 is not looked at at all. */
static const char with_address[] = {0, 0, 0, 1, 1, 0, 0, 0, 1};
enum { T4 = 4 };

static uint64_t *look(observer *see, function *callee, int i, uint64_t argument) {
  static uint64_t left[LEFT];
  see(callee, argument, left);
  if (with_address[i]) {
    left[T4] = 0;
  }
  return left;
}

static void show(const char *from, observer *see, function *const *all) {
  for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
    uint64_t sum = 0;
    /* Often enough for a class of its own, and for the JVM's compilers. */
    for (uint64_t n = 0; n < 20000; n++) {
      uint64_t *left = look(see, all[i], i, n % 100);
      for (int r = 0; r < LEFT; r++) {
        sum = sum * 31 + left[r];
      }
    }
    uint64_t *left = look(see, all[i], i, 9);
    printf("%s, %s: %lx\n ", from, names[i], sum);
    for (int r = 0; r < LEFT; r++) {
      printf(" %lx", left[r]);
    }
    printf("\n");
  }
}

int main(void) {
  show("program to program", observe, callees);
  void *library = dlopen("$ORIGIN/left-in-registers.so", RTLD_NOW);
  if (library == NULL) {
    printf("%s\n", dlerror());
    return 1;
  }
  observer *see = (observer *)dlsym(library, "library_observe");
  function *const *(*get)(void) = (function * const *(*)(void)) dlsym(library, "library_callees");
  show("library to program", see, callees);
  show("program to library", observe, get());
  show("library to library", see, get());
  return 0;
}
