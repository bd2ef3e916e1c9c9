/*
 * arguments: one two=2 --three a\b
 * environment: CAPVM_TEST=value CAPVM_EMPTY=
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    printf("%d: %s\n", i, argv[i]);
  }
  printf("end: %d\n", argv[argc] == NULL);
  printf("CAPVM_TEST: %s\n", getenv("CAPVM_TEST"));
  printf("CAPVM_EMPTY: '%s'\n", getenv("CAPVM_EMPTY"));
  printf("CAPVM_MISSING: %d\n", getenv("CAPVM_MISSING") == NULL);
  return 0;
}
