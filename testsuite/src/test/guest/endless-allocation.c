/*
 * Memory runs out: malloc says so, and the program goes on.
 *
 * options: --memory 256M
 * unrecorded: the limit is the cVM's
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  int blocks = 0;
  void *block;
  while ((block = malloc(1 << 20)) != NULL) {
    memset(block, 1, 1 << 20);
    blocks++;
  }
  printf("blocks within bounds: %d\n", blocks >= 64 && blocks < 256);
  return 3;
}
