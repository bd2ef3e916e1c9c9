/* A library for Java to call: all kinds of arguments and results, and all ways not to return. */
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int negate(int x) { return -x; }

long sum_of_eight(char a, short b, int c, long d, unsigned char e, unsigned f, _Bool g, long h) {
  return a + b + c + d + e + f + g + h;
}

float half(float x) { return x / 2; }

double polynomial(double x, int n, const double *coefficients) {
  double result = 0;
  for (int i = n; i-- > 0;) {
    result = result * x + coefficients[i];
  }
  return result;
}

double mixed(int a, double b, long c, float d) { return a + b + c + d; }

void reverse(char *text) {
  size_t n = strlen(text);
  for (size_t i = 0; i < n / 2; i++) {
    char c = text[i];
    text[i] = text[n - 1 - i];
    text[n - 1 - i] = c;
  }
}

static int count;

int counted(void) { return ++count; }

int returns_by_longjmp(int x) {
  jmp_buf place;
  if (setjmp(place) == 0) {
    longjmp(place, x);
  }
  return x + 1;
}

void fault(char *address) { *address = 1; }

void leave(int status) { _exit(status); }

void give_up(void) { abort(); }

void spin(void) {
  for (;;) {
  }
}

void close_all(void) {
  for (int i = 3; i < 200; i++) {
    close(i);
  }
  for (;;) {
    pause();
  }
}

/* What no caller expects: an answer of its own, before the real one. */
void forge(void) {
  uint64_t answer[2] = {42, 0};
  write(101, answer, sizeof answer);
}

void *lie(size_t size) {
  (void)size;
  return (void *)0x7fffffffffff0000;
}

long recurse(long n) {
  volatile char frame[512];
  frame[n % sizeof frame] = 1;
  return n == 0 ? 0 : recurse(n - 1) + frame[n % sizeof frame];
}
