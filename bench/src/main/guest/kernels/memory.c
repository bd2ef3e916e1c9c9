/* Moving and scanning memory, sorting and hashing. */
#include "kernels.h"

#include <string.h>

enum { BLOCK = 1 << 16, COPIES = 3000 };

static uint64_t source[BLOCK / 8 + 1], target[BLOCK / 8 + 1];

/* No restrict: the loops stay loops. */
static NOINLINE void copy_by_bytes(uint8_t *to, const uint8_t *from, size_t size) {
  for (size_t i = 0; i < size; i++) {
    to[i] = from[i];
  }
}

static NOINLINE void copy_by_words(uint64_t *to, const uint64_t *from, size_t words) {
  for (size_t i = 0; i < words; i++) {
    to[i] = from[i];
  }
}

static void fill_source(void) {
  uint64_t state = opaque(0x853c49e6748fea9bULL);
  for (size_t i = 0; i < BLOCK / 8; i++) {
    source[i] = next_random(&state) | 0x0101010101010101ULL;
  }
}

uint64_t copy_bytes(void) {
  fill_source();
  uint64_t checksum = 0;
  for (int i = 0; i < COPIES; i++) {
    copy_by_bytes((uint8_t *)target, (const uint8_t *)source, opaque(BLOCK));
    checksum += target[(size_t)i * 5 % (BLOCK / 8)];
  }
  return checksum;
}

uint64_t copy_words(void) {
  fill_source();
  uint64_t checksum = 0;
  for (int i = 0; i < 4 * COPIES; i++) {
    copy_by_words(target, source, opaque(BLOCK / 8));
    checksum += target[(size_t)i * 5 % (BLOCK / 8)];
  }
  return checksum;
}

static NOINLINE size_t length_by_bytes(const char *s) {
  const char *end = s;
  while (*end) {
    end++;
  }
  return (size_t)(end - s);
}

/* s is aligned to 8. */
static NOINLINE size_t length_by_words(const char *s) {
  const uint64_t low = 0x0101010101010101ULL, high = 0x8080808080808080ULL;
  const char *end = s;
  uint64_t word;
  memcpy(&word, end, 8);
  while (((word - low) & ~word & high) == 0) {
    end += 8;
    memcpy(&word, end, 8);
  }
  while (*end) {
    end++;
  }
  return (size_t)(end - s);
}

uint64_t strlen_bytes(void) {
  fill_source();
  uint64_t sum = 0;
  for (uint64_t i = 0; i < COPIES; i++) {
    sum += length_by_bytes((const char *)source + (i & 7));
  }
  return sum;
}

uint64_t strlen_words(void) {
  fill_source();
  uint64_t sum = 0;
  for (uint64_t i = 0; i < 4 * COPIES; i++) {
    sum += length_by_words((const char *)source + (i & 7) * 8);
  }
  return sum;
}

enum { ELEMENTS = 1 << 19 };

static NOINLINE void sort(int32_t *a, int64_t low, int64_t high) {
  while (low < high) {
    int32_t pivot = a[low + (high - low) / 2];
    int64_t i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) {
        i++;
      }
      while (a[j] > pivot) {
        j--;
      }
      if (i <= j) {
        int32_t swapped = a[i];
        a[i++] = a[j];
        a[j--] = swapped;
      }
    }
    if (j - low < high - i) {
      sort(a, low, j);
      low = i;
    } else {
      sort(a, i, high);
      high = j;
    }
  }
}

uint64_t quicksort(void) {
  static int32_t elements[ELEMENTS];
  uint64_t state = opaque(0xda3e39cb94b95bdbULL);
  for (size_t i = 0; i < ELEMENTS; i++) {
    elements[i] = (int32_t)next_random(&state);
  }
  sort(elements, 0, ELEMENTS - 1);
  uint64_t checksum = 0;
  for (size_t i = 0; i < ELEMENTS; i++) {
    checksum = checksum * 31 + (uint32_t)elements[i];
  }
  return checksum;
}

enum { SLOTS = 1 << 13, KEYS = 5000, LOOKUPS = 4000000 };

static uint64_t scramble(uint64_t x) {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

/* Open addressing with linear probing; key 0 is free. */
static NOINLINE uint64_t *slot_of(uint64_t (*table)[2], uint64_t key) {
  uint64_t slot = scramble(key) & (SLOTS - 1);
  while (table[slot][0] != 0 && table[slot][0] != key) {
    slot = (slot + 1) & (SLOTS - 1);
  }
  return table[slot];
}

uint64_t hashing(void) {
  static uint64_t table[SLOTS][2];
  memset(table, 0, sizeof table);
  uint64_t state = opaque(0x106689d45497fdb5ULL);
  for (int i = 0; i < KEYS; i++) {
    uint64_t key = next_random(&state) % (3 * KEYS) + 1;
    uint64_t *slot = slot_of(table, key);
    slot[0] = key;
    slot[1] += (uint64_t)i;
  }
  uint64_t checksum = 0;
  for (int i = 0; i < LOOKUPS; i++) {
    uint64_t *slot = slot_of(table, next_random(&state) % (3 * KEYS) + 1);
    checksum = checksum * 31 + (slot[0] ? slot[1] : 7);
  }
  return checksum;
}
