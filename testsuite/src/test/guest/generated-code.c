/* Code that the program writes, runs, overwrites and runs again. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

typedef int64_t function(int64_t);

static uint32_t addi(int rd, int rs1, int immediate) {
  return (uint32_t)immediate << 20 | (uint32_t)rs1 << 15 | (uint32_t)rd << 7 | 0x13;
}

static const uint32_t ret = 0x00008067;

static void write_code(uint32_t *code, int immediate) {
  code[0] = addi(10, 10, immediate);
  code[1] = ret;
  __builtin___clear_cache((char *)code, (char *)(code + 2));
}

int main(void) {
  uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) {
    return 1;
  }
  int64_t sum = 0;
  for (int i = 0; i < 2000; i++) {
    write_code(code, i);
    sum = sum * 3 + ((function *)code)(i);
  }
  printf("rewritten %ld\n", sum);

  /* Hot: called often enough to be translated, then changed. */
  int64_t value = 0;
  for (int round = 0; round < 3; round++) {
    write_code(code, round + 1);
    for (int i = 0; i < 200000; i++) {
      value = ((function *)code)(value);
    }
  }
  printf("hot %ld\n", value);

  /* A loop in generated code: sum of 1 to a0. */
  static const uint32_t loop[] = {
      0x00000593, /* li a1, 0 */
      0x00a585b3, /* add a1, a1, a0 */
      0xfff50513, /* addi a0, a0, -1 */
      0xfe051ce3, /* bnez a0, . - 8 */
      0x00058513, /* mv a0, a1 */
      0x00008067, /* ret */
  };
  memcpy(code + 64, loop, sizeof loop);
  __builtin___clear_cache((char *)(code + 64), (char *)(code + 70));
  printf("loop %ld\n", ((function *)(code + 64))(1000000));

  /* Written through one mapping's permissions, executed under another's. */
  uint32_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 20; i++) {
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
    write_code(page, 100 + i);
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
    sum += ((function *)page)(i);
  }
  printf("protected %ld\n", sum);
  munmap(page, 4096);
  return 0;
}
