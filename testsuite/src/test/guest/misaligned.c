/* Accesses of every width at every alignment, across a page boundary too. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

static uint64_t hash = 14695981039346656037ULL;

static void mix(uint64_t value) { hash = (hash ^ value) * 1099511628211ULL; }

#define LOAD(instruction, address)                                                  \
  ({                                                                                \
    uint64_t value;                                                                 \
    __asm__ volatile(instruction " %0, 0(%1)" : "=r"(value) : "r"(address) : "memory"); \
    value;                                                                          \
  })
#define STORE(instruction, address, value) \
  __asm__ volatile(instruction " %0, 0(%1)" : : "r"(value), "r"(address) : "memory")

int main(void) {
  uint8_t *bytes = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 8192; i++) {
    bytes[i] = (uint8_t)(i * 37 + (i >> 8));
  }
  for (uint8_t *p = bytes + 4080; p < bytes + 4104; p++) {
    mix(LOAD("lb", p));
    mix(LOAD("lh", p));
    mix(LOAD("lw", p));
    mix(LOAD("ld", p));
    mix(LOAD("lbu", p));
    mix(LOAD("lhu", p));
    mix(LOAD("lwu", p));
    STORE("sh", p + 3, hash);
    STORE("sw", p + 5, hash >> 7);
    STORE("sd", p + 9, hash >> 1);
    double d;
    float f;
    __asm__ volatile("fld %0, 0(%1)" : "=f"(d) : "r"(p) : "memory");
    __asm__ volatile("fsd %0, 1(%1)" : : "f"(d), "r"(p) : "memory");
    __asm__ volatile("flw %0, 2(%1)" : "=f"(f) : "r"(p) : "memory");
    __asm__ volatile("fsw %0, 7(%1)" : : "f"(f), "r"(p) : "memory");
  }
  for (int i = 0; i < 8192; i++) {
    mix(bytes[i]);
  }
  printf("%016lx\n", hash);
  return 0;
}
