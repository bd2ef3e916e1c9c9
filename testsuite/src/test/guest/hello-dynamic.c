/* dynamic: */
#include <math.h>
#include <stdio.h>

static _Thread_local int counter = 41;

int main(void) {
  volatile double x = 2;
  printf("Hello, %.10f, %d!\n", cos(x), ++counter);
  return 0;
}
