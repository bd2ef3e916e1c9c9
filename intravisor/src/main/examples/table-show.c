// Waits until the table is filled, and adds it up.
#include <cvm.h>
#include <stdio.h>

int main(void) {
  cp_file table;
  if (cp_file_open(&table, "table", 1) != -CP_EACCES) return 1;
  if (cp_file_open(&table, "table", 0) < 0) return 2;
  unsigned count;
  while ((count = cp_file_load(&table, 0)) == 0) {
    int result = cp_file_wait(&table, 0, 0, CP_FOREVER);
    if (result < 0 && result != -CP_EAGAIN) return 3;
  }
  unsigned squares[16], sum = 0;
  if (count > 16 || cp_file_read(&table, squares, 4 * count, 4) != 4 * count) return 4;
  for (unsigned i = 0; i < count; i++) sum += squares[i];
  printf("%u squares are %u together\n", count, sum);
  return cp_file_close(&table);
}
