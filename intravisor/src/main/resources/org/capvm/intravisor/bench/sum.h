// The sum of bytes that every receiver computes, native or in a cVM, from the same source.
#pragma once

// Sums bytes of a range whose length is a multiple of 8, eight at a time: in lanes of 16 bits, which
// hold the sum of 128 words.
static unsigned long sum_of(const unsigned long *words, unsigned long bytes) {
  const unsigned long even = 0x00ff00ff00ff00ff, pair = 0x0000ffff0000ffff;
  unsigned long total = 0;
  unsigned long left = bytes / 8;
  while (left) {
    unsigned long n = left < 128 ? left : 128;
    unsigned long low = 0, high = 0;
    for (unsigned long i = 0; i < n; i++) {
      low += words[i] & even;
      high += words[i] >> 8 & even;
    }
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
