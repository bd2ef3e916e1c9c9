/*
 * Linked lists with a checksum over them: pointer chasing, merge sort with a comparison function,
 * and bit-serial CRC.
 */
#include "kernels.h"

struct node {
  struct node *next;
  int16_t key;
  int16_t index;
};

enum { NODES = 500, LIST_ROUNDS = 500 };

static uint16_t crc_byte(uint8_t byte, uint16_t crc) {
  for (int i = 0; i < 8; i++) {
    uint16_t low = (byte ^ crc) & 1;
    byte >>= 1;
    crc >>= 1;
    if (low) {
      crc ^= 0xa001;
    }
  }
  return crc;
}

static NOINLINE uint16_t crc_list(const struct node *node, uint16_t crc) {
  for (; node; node = node->next) {
    crc = crc_byte((uint8_t)node->key, crc);
    crc = crc_byte((uint8_t)(node->key >> 8), crc);
  }
  return crc;
}

typedef int comparison(const struct node *, const struct node *);

static int by_key(const struct node *a, const struct node *b) { return a->key - b->key; }
static int by_index(const struct node *a, const struct node *b) { return a->index - b->index; }

static NOINLINE struct node *reverse(struct node *list) {
  struct node *reversed = NULL;
  while (list) {
    struct node *next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  return reversed;
}

static NOINLINE const struct node *find(const struct node *list, int16_t key) {
  while (list && list->key != key) {
    list = list->next;
  }
  return list;
}

/* Bottom-up merge sort without extra memory. */
static NOINLINE struct node *sort(struct node *list, comparison *compare) {
  for (int width = 1;; width *= 2) {
    struct node *left = list, *tail = NULL;
    int merges = 0;
    list = NULL;
    while (left) {
      merges++;
      struct node *right = left;
      int left_size = 0, right_size = width;
      while (right && left_size < width) {
        left_size++;
        right = right->next;
      }
      while (left_size > 0 || (right_size > 0 && right)) {
        struct node *smaller;
        if (left_size > 0 && (right_size == 0 || !right || compare(left, right) <= 0)) {
          smaller = left;
          left = left->next;
          left_size--;
        } else {
          smaller = right;
          right = right->next;
          right_size--;
        }
        if (tail) {
          tail->next = smaller;
        } else {
          list = smaller;
        }
        tail = smaller;
      }
      left = right;
    }
    tail->next = NULL;
    if (merges <= 1) {
      return list;
    }
  }
}

uint64_t lists(void) {
  static struct node nodes[NODES];
  uint64_t state = opaque(88172645463325252ULL);
  for (int i = 0; i < NODES; i++) {
    nodes[i].key = (int16_t)next_random(&state);
    nodes[i].index = (int16_t)i;
    nodes[i].next = i + 1 < NODES ? &nodes[i + 1] : NULL;
  }
  struct node *list = nodes;
  uint16_t crc = 0;
  uint64_t found = 0;
  for (int round = 0; round < LIST_ROUNDS; round++) {
    for (int i = 0; i < 20; i++) {
      const struct node *node = find(list, nodes[(round * 7 + i * 23) % NODES].key);
      found += (uint64_t)node->index;
      list = reverse(list);
    }
    list = sort(list, by_key);
    crc = crc_list(list, crc);
    list = sort(list, by_index);
    crc = crc_list(list, crc);
  }
  return found << 16 | crc;
}
