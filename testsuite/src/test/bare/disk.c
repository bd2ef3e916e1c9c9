// Reads and writes a disk of 8 sectors, of which each byte is the number of its sector.
#include "hostcall.h"

enum { BLK_REQUEST = 100, BLK_CAPACITY = 101, READ = 0, WRITE = 1, FLUSH = 4, SECTOR = 512, ENODEV = 19 };

typedef struct {
  void *base;
  size_t length;
} part;

typedef struct {
  unsigned type, priority;
  unsigned long sector;
  part *list;
  int count;
} request;

static unsigned char one[3 * SECTOR], other[3 * SECTOR];

static long ask(unsigned type, unsigned long sector, part *list, int count) {
  request r = {type, 0, sector, list, count};
  return hostcall(BLK_REQUEST, 0, (long)&r);
}

static int holds(const unsigned char *bytes, size_t length, int value) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] != value) return 0;
  }
  return 1;
}

static void fill(unsigned char *bytes, size_t length, int value) {
  for (size_t i = 0; i < length; i++) bytes[i] = (unsigned char)value;
}

void _start(void) {
  unsigned long capacity = 0;
  CHECK(1, hostcall(BLK_CAPACITY, 0, (long)&capacity) == 0 && capacity == 8 * SECTOR);
  CHECK(2, hostcall(BLK_CAPACITY, 1, (long)&capacity) == -ENODEV);
  CHECK(3, hostcall(BLK_CAPACITY, 0, -8) == -EFAULT);

  part parts[] = {{one, 100}, {one + 1000, 0}, {other, 2 * SECTOR - 100}};
  CHECK(4, ask(READ, 1, parts, 3) == 0);
  CHECK(5, holds(one, 100, 1) && holds(one + 100, sizeof one - 100, 0));
  CHECK(6, holds(other, 412, 1) && holds(other + 412, SECTOR, 2) && holds(other + 924, SECTOR, 0));

  fill(one, SECTOR, 0xaa);
  fill(other, SECTOR, 0xbb);
  part sectors[] = {{one, SECTOR}, {other, SECTOR}};
  CHECK(7, ask(WRITE, 3, sectors, 2) == 0);
  CHECK(8, ask(FLUSH, 0, 0, 0) == 0 && ask(FLUSH + 1, 0, 0, 0) == 0);
  part both = {one, 2 * SECTOR};
  CHECK(9, ask(READ, 3, &both, 1) == 0);
  CHECK(10, holds(one, SECTOR, 0xaa) && holds(one + SECTOR, SECTOR, 0xbb));

  part sector = {one, SECTOR}, odd = {one, SECTOR - 1};
  CHECK(11, ask(READ, 8, &sector, 1) == 1 && ask(READ, 7, &both, 1) == 1);
  CHECK(12, ask(READ, -1UL, &sector, 1) == 1 && ask(READ, 1UL << 55, &sector, 1) == 1);
  CHECK(13, ask(READ, 0, &odd, 1) == 1);
  CHECK(14, ask(READ, 0, parts, -1) == 1 && ask(READ, 0, parts, 1025) == 1);
  CHECK(15, ask(READ, 0, 0, 0) == 0 && ask(READ, 8, 0, 0) == 0);
  CHECK(16, ask(7, 0, &sector, 1) == 2);

  // Nothing is moved when any part is wrong.
  fill(one, SECTOR, 0xcc);
  part wrong[] = {{one, SECTOR}, {(void *)hostcall(LIMIT, 0, 0) - 100, SECTOR}};
  CHECK(17, ask(READ, 0, wrong, 2) == -EFAULT && ask(WRITE, 0, wrong, 2) == -EFAULT);
  CHECK(18, holds(one, SECTOR, 0xcc));
  part huge[] = {{one, 1UL << 63}, {one, 1UL << 62}};
  CHECK(19, ask(READ, 0, huge, 1) == -EFAULT && ask(READ, 0, huge + 1, 1) == -EFAULT);
  CHECK(20, ask(READ, 0, (part *)-16, 1) == -EFAULT && hostcall(BLK_REQUEST, 0, -32) == -EFAULT);
  CHECK(21, hostcall(BLK_REQUEST, 1, (long)&sector) == -ENODEV);
  print("disk ok\n");
  leave(0);
}
