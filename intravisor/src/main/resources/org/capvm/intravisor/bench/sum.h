// The sum of bytes that every receiver computes, native or in a cVM, from the same source.
#pragma once

// Sums bytes of a range whose length is a multiple of 8, a word at a time. Bytes 0, 2, 4, 6 of words are
// added in lanes of 16 bits, which hold the sum of 256. The sum of all words without their lowest byte
// is that of bytes 1, 3, 5, 7 in such lanes, and of bytes 2, 4, 6 eight bits higher, which is known.
static unsigned long sum_of(const unsigned long *words, unsigned long bytes) {
  const unsigned long even = 0x00ff00ff00ff00ff, pair = 0x0000ffff0000ffff;
  unsigned long total = 0;
  unsigned long left = bytes / 8;
  while (left) {
    unsigned long n = left < 256 ? left : 256;
    unsigned long low = 0, shifted = 0;
    unsigned long i = 0;
    for (; i + 4 <= n; i += 4) {
      unsigned long a = words[i], b = words[i + 1], c = words[i + 2], d = words[i + 3];
      low += (a & even) + (b & even) + (c & even) + (d & even);
      shifted += (a >> 8) + (b >> 8) + (c >> 8) + (d >> 8);
    }
    for (; i < n; i++) {
      low += words[i] & even;
      shifted += words[i] >> 8;
    }
    unsigned long high = shifted - (low >> 16 << 8);
    unsigned long lanes = (low & pair) + (low >> 16 & pair) + (high & pair) + (high >> 16 & pair);
    total += (lanes & 0xffffffff) + (lanes >> 32);
    words += n;
    left -= n;
  }
  return total;
}

// What is sent: no two neighbouring words are equal.
static inline void fill(unsigned long *words, unsigned long bytes) {
  for (unsigned long i = 0; i < bytes / 8; i++) words[i] = (i + 1) * 0x9e3779b97f4a7c15;
}
