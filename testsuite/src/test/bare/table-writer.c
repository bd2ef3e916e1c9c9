// Fills a table that another cVM reads, and says when it is complete: its first word.
#include "shared.h"

static slot table;

void _start(void) {
  size_t size;
  CHECK(1, shared_open("no-such-table", &table, &size, 1) == -2);
  CHECK(2, shared_open("table", &table, &size, 1) == 0);
  CHECK(3, size == 4096);
  for (int i = 1; i <= 16; i++) shared_store(&table, 4 * i, i * i);
  shared_store(&table, 0, 1);
  CHECK(4, shared_wake(&table, 0, 100) >= 0);
  print("the table is complete\n");
  leave(0);
}
