/*
 * Code that is made anew again and again at one place: a loop that adds a constant, different each
 * time, called often enough to be translated. The argument is the number of generations.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
int main(int count, char **arguments) {
  int generations = atoi(arguments[1]);
  uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  uint64_t (*function)(uint64_t) = (void *)code;
  uint64_t wrong = 0;
  for (int g = 0; g < generations; g++) {
    uint64_t k = g % 1000 + 1;
    uint32_t *p = code;
    *p++ = 0x00000593;                     /* li a1, 0 */
    *p++ = 0x00058593 | (uint32_t)k << 20; /* addi a1, a1, k */
    *p++ = 0xfff50513;                     /* addi a0, a0, -1 */
    *p++ = 0xfe051ce3;                     /* bnez a0, -8 */
    *p++ = 0x00058513;                     /* mv a0, a1 */
    *p++ = 0x00008067;                     /* ret */
    __builtin___clear_cache((char *)code, (char *)p);
    for (int i = 0; i < 3; i++) {
      wrong += function(3000) != 3000 * k;
    }
    for (int i = 0; i < 1100; i++) {
      wrong += function(2) != 2 * k;
    }
  }
  return wrong != 0;
}
