package org.capvm.runtime.floatingpoint;

/** Unsigned 128-bit numbers as pairs of longs; each method computes one half of a result. */
final class Wide {
  private Wide() {}

  /** Leading zeros, 0 to 128. */
  static int leadingZeros(long high, long low) {
    return high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
  }

  /** Upper half of a shift left by 0 to 127. */
  static long shiftLeftHigh(long high, long low, int distance) {
    if (distance == 0) {
      return high;
    }
    return distance < 64 ? high << distance | low >>> -distance : low << distance - 64;
  }

  /** Lower half of a shift left by 0 to 127. */
  static long shiftLeftLow(long low, int distance) {
    return distance < 64 ? low << distance : 0;
  }

  /** Upper half of a shift right by at least 0. */
  static long shiftRightHigh(long high, int distance) {
    return distance < 64 ? high >>> distance : 0;
  }

  /** Lower half of a shift right by at least 0; any bit shifted out is kept as bit 0. */
  static long shiftRightLowJam(long high, long low, int distance) {
    if (distance == 0) {
      return low;
    }
    if (distance < 64) {
      return high << -distance | low >>> distance | (low << -distance != 0 ? 1 : 0);
    }
    return Rounding.shiftRightJam(high, distance - 64) | (low != 0 ? 1 : 0);
  }

  /** Unsigned comparison. */
  static int compare(long highA, long lowA, long highB, long lowB) {
    return highA != highB ? Long.compareUnsigned(highA, highB) : Long.compareUnsigned(lowA, lowB);
  }
}
