/*
 * Code patched under a second thread that is running it: the thread sees each patch, in a function
 * it calls and in the body of a loop it does not leave.
 *
 * build: -pthread
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

static atomic_long seen;
static atomic_int stop;

typedef long function(void);

static uint32_t load_immediate(int rd, int immediate) {
  return (uint32_t)immediate << 20 | (uint32_t)rd << 7 | 0x13;
}

static void patch(uint32_t *word, uint32_t instruction) {
  __atomic_store_n(word, instruction, __ATOMIC_RELEASE);
  __builtin___clear_cache((char *)word, (char *)(word + 1));
}

static void *call_again_and_again(void *code) {
  while (!atomic_load(&stop)) {
    atomic_store(&seen, ((function *)code)());
  }
  return NULL;
}

typedef void loop(atomic_long *seen);

static void *stay_inside(void *code) {
  ((loop *)code)(&seen);
  return NULL;
}

static void wait_for(long value) {
  while (atomic_load(&seen) != value) {
  }
}

int main(void) {
  uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) {
    return 1;
  }
  code[1] = 0x00008067; /* ret */
  patch(code, load_immediate(10, 1));
  pthread_t thread;
  pthread_create(&thread, NULL, call_again_and_again, code);
  for (int i = 1; i < 200; i++) {
    patch(code, load_immediate(10, i));
    wait_for(i);
  }
  atomic_store(&stop, 1);
  pthread_join(thread, NULL);
  printf("calls saw %ld\n", atomic_load(&seen));

  code[16] = load_immediate(11, 1000); /* li a1, N */
  code[17] = 0x00b53023;               /* sd a1, 0(a0) */
  code[18] = 0xff9ff06f;               /* j . - 8 */
  __builtin___clear_cache((char *)(code + 16), (char *)(code + 19));
  pthread_create(&thread, NULL, stay_inside, code + 16);
  for (int i = 1000; i < 1050; i++) {
    patch(&code[16], load_immediate(11, i));
    wait_for(i);
  }
  patch(&code[18], 0x00008067); /* ret: the loop ends */
  pthread_join(thread, NULL);
  printf("the loop saw %ld\n", atomic_load(&seen));
  return 0;
}
