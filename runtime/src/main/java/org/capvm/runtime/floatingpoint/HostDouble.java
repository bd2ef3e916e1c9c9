package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/**
 * When the host's {@code double} arithmetic, which rounds to nearest even, gives the architectural
 * result, and what it says about flags.
 *
 * <p>Each method is told operands and host result of an operation in RNE. It answers false where
 * the soft float must decide: NaN (payload and NV), infinity (OF, DZ, or none), and results so
 * small that UF is in question. Otherwise the result holds, NX is the only flag there can be, and
 * it is raised when the result differs from the exact one; once NX has accrued nobody needs to
 * know.
 */
final class HostDouble {
  private HostDouble() {}

  private static boolean isInexactAccrued(Hart h) {
    return (h.fflags() & FloatFlags.NX) != 0;
  }

  private static boolean isFinite(double r) {
    return Math.abs(r) < Double.POSITIVE_INFINITY;
  }

  private static boolean isNormal(double r) {
    return Math.abs(r) > Double.MIN_NORMAL && isFinite(r);
  }

  /** Sums underflow never: one that is below the normal numbers is exact. */
  static boolean sumHolds(Hart h, double x, double y, double r) {
    if (!isFinite(r)) {
      return false;
    }
    if (!isInexactAccrued(h) && !FastDouble.isExactSum(x, y, r)) {
      FloatFlags.raise(h, FloatFlags.NX);
    }
    return true;
  }

  static boolean differenceHolds(Hart h, double x, double y, double r) {
    return sumHolds(h, x, -y, r);
  }

  static boolean productHolds(Hart h, double x, double y, double r) {
    if (r == 0) {
      return x == 0 || y == 0;
    }
    if (!isNormal(r)) {
      return false;
    }
    if (isInexactAccrued(h)) {
      return true;
    }
    return Math.abs(r) > FastDouble.ERROR_REPRESENTABLE && raiseUnlessZero(h, Math.fma(x, y, -r));
  }

  static boolean quotientHolds(Hart h, double x, double y, double r) {
    if (r == 0) {
      return x == 0;
    }
    if (!isNormal(r)) {
      return false;
    }
    if (isInexactAccrued(h)) {
      return true;
    }
    return Math.abs(x) > FastDouble.ERROR_REPRESENTABLE && raiseUnlessZero(h, Math.fma(r, y, -x));
  }

  static boolean rootHolds(Hart h, double x, double r) {
    if (!isNormal(r)) {
      return false;
    }
    if (isInexactAccrued(h)) {
      return true;
    }
    return x > FastDouble.ERROR_REPRESENTABLE && raiseUnlessZero(h, Math.fma(r, r, -x));
  }

  /** The error of a fused operation is no single number: the soft float tells whether it is 0. */
  static boolean fusedHolds(Hart h, double x, double y, double z, double r) {
    if (r == 0) {
      return (x == 0 || y == 0) && z == 0;
    }
    return isNormal(r) && (isInexactAccrued(h) || FastDouble.isExactFused(x, y, z, r));
  }

  private static boolean raiseUnlessZero(Hart h, double error) {
    if (!isFinite(error)) {
      return false;
    }
    if (error != 0) {
      FloatFlags.raise(h, FloatFlags.NX);
    }
    return true;
  }
}
