package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** As {@link HostDouble}, for {@code float}; a double holds products of floats exactly. */
final class HostSingle {
  private HostSingle() {}

  private static boolean isInexactAccrued(Hart h) {
    return (h.fflags() & FloatFlags.NX) != 0;
  }

  private static boolean isFinite(float r) {
    return Math.abs(r) < Float.POSITIVE_INFINITY;
  }

  private static boolean isNormal(float r) {
    return Math.abs(r) > Float.MIN_NORMAL && isFinite(r);
  }

  /** Sums underflow never: one that is below the normal numbers is exact. */
  static boolean sumHolds(Hart h, float x, float y, float r) {
    if (!isFinite(r)) {
      return false;
    }
    if (!isInexactAccrued(h)) {
      raiseUnless(h, FastSingle.isExactSum(x, y, r));
    }
    return true;
  }

  static boolean differenceHolds(Hart h, float x, float y, float r) {
    return sumHolds(h, x, -y, r);
  }

  static boolean productHolds(Hart h, float x, float y, float r) {
    if (r == 0) {
      return x == 0 || y == 0;
    }
    if (!isNormal(r)) {
      return false;
    }
    if (!isInexactAccrued(h)) {
      raiseUnless(h, (double) x * y == r);
    }
    return true;
  }

  static boolean quotientHolds(Hart h, float x, float y, float r) {
    if (r == 0) {
      return x == 0;
    }
    if (!isNormal(r)) {
      return false;
    }
    if (!isInexactAccrued(h)) {
      raiseUnless(h, (double) r * y == x);
    }
    return true;
  }

  static boolean rootHolds(Hart h, float x, float r) {
    if (!isNormal(r)) {
      return false;
    }
    if (!isInexactAccrued(h)) {
      raiseUnless(h, (double) r * r == x);
    }
    return true;
  }

  /** The error of a fused operation is no single number: the soft float tells whether it is 0. */
  static boolean fusedHolds(Hart h, float x, float y, float z, float r) {
    if (r == 0) {
      return (x == 0 || y == 0) && z == 0;
    }
    return isNormal(r) && (isInexactAccrued(h) || FastSingle.isExactFused(x, y, z, r));
  }

  private static void raiseUnless(Hart h, boolean exact) {
    if (!exact) {
      FloatFlags.raise(h, FloatFlags.NX);
    }
  }
}
