/* Loops over arrays of bytes and doubles. */
#include "kernels.h"

#include <string.h>

enum { SIEVE_LIMIT = 1 << 20, SIEVE_ROUNDS = 12 };

uint64_t sieve(void) {
  static uint8_t composite[SIEVE_LIMIT];
  uint64_t primes = 0;
  for (int round = 0; round < SIEVE_ROUNDS; round++) {
    uint64_t limit = opaque(SIEVE_LIMIT);
    memset(composite, 0, limit);
    for (uint64_t i = 2; i < limit; i++) {
      if (composite[i]) {
        continue;
      }
      primes += i;
      for (uint64_t j = i * i; j < limit; j += i) {
        composite[j] = 1;
      }
    }
  }
  return primes;
}

enum { ORDER = 360 };

uint64_t matrix(void) {
  static double a[ORDER][ORDER], b[ORDER][ORDER], c[ORDER][ORDER];
  uint64_t order = opaque(ORDER);
  for (uint64_t i = 0; i < order; i++) {
    for (uint64_t j = 0; j < order; j++) {
      a[i][j] = (double)((i * 7 + j * 3) % 17);
      b[i][j] = (double)((i * 5 + j * 11) % 13);
    }
  }
  for (uint64_t i = 0; i < order; i++) {
    for (uint64_t j = 0; j < order; j++) {
      double sum = 0;
      for (uint64_t k = 0; k < order; k++) {
        sum += a[i][k] * b[k][j];
      }
      c[i][j] = sum;
    }
  }
  uint64_t checksum = 0;
  for (uint64_t i = 0; i < order; i++) {
    for (uint64_t j = 0; j < order; j++) {
      checksum = checksum * 31 + (uint64_t)c[i][j];
    }
  }
  return checksum;
}

struct body {
  double x, y, z, vx, vy, vz, mass;
};

enum { BODIES = 5, STEPS = 800000 };

/* Integer starting points: products are exact longer, and the checksum shows every bit. */
static const struct body start[BODIES] = {
    {0, 0, 0, 0, 0, 0, 40},
    {5, -1, 0.5, 0.625, 2.75, -0.0625, 0.0375},
    {8, 4, -0.5, -1, 1.75, 0.0078125, 0.0109375},
    {13, -15, -0.25, 1.0625, 0.875, -0.0107421875, 0.0017},
    {15, -26, 0.125, 0.96875, 0.59375, -0.03125, 0.002},
};

static NOINLINE void advance(struct body *bodies, double dt) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x;
      double dy = a->y - b->y;
      double dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz;
      double magnitude = dt / (square * __builtin_sqrt(square));
      a->vx -= dx * b->mass * magnitude;
      a->vy -= dy * b->mass * magnitude;
      a->vz -= dz * b->mass * magnitude;
      b->vx += dx * a->mass * magnitude;
      b->vy += dy * a->mass * magnitude;
      b->vz += dz * a->mass * magnitude;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    bodies[i].x += dt * bodies[i].vx;
    bodies[i].y += dt * bodies[i].vy;
    bodies[i].z += dt * bodies[i].vz;
  }
}

uint64_t nbody(void) {
  struct body bodies[BODIES];
  memcpy(bodies, start, sizeof bodies);
  for (uint64_t i = opaque(STEPS); i != 0; i--) {
    advance(bodies, 0.001);
  }
  uint64_t checksum = 0;
  for (int i = 0; i < BODIES; i++) {
    uint64_t bits;
    memcpy(&bits, &bodies[i].x, sizeof bits);
    checksum = checksum * 31 + bits;
  }
  return checksum;
}
