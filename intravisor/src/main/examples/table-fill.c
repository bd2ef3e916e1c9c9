// Fills a table of squares. Its first word says how many there are, and is what a reader waits for.
#include <cvm.h>

int main(void) {
  cp_file table;
  if (cp_file_open(&table, "table", 1) < 0) return 1;
  unsigned squares[16];
  for (unsigned i = 0; i < 16; i++) squares[i] = i * i;
  if (cp_file_write(&table, squares, sizeof squares, 4) != sizeof squares) return 2;
  cp_file_store(&table, 0, 16);
  if (cp_file_wake(&table, 0, 100) < 0) return 3;
  cvm_print("16 squares are in the table\n");
  return 0;
}
