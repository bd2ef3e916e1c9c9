package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** What {@link FastDouble} leaves to {@link DoubleOperations}, out of line. */
final class ExactDouble {
  private ExactDouble() {}

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }

  static double add(Hart h, double a, double b) {
    return value(DoubleOperations.faddD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static double subtract(Hart h, double a, double b) {
    return value(DoubleOperations.fsubD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static double multiply(Hart h, double a, double b) {
    return value(DoubleOperations.fmulD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static double divide(Hart h, double a, double b) {
    return value(DoubleOperations.fdivD(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static double squareRoot(Hart h, double a) {
    return value(DoubleOperations.fsqrtD(h, bits(a), RoundingMode.dynamic(h)));
  }

  static double multiplyAdd(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fmaddD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static double multiplySubtract(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fmsubD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static double negatedMultiplySubtract(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fnmsubD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static double negatedMultiplyAdd(Hart h, double a, double b, double c) {
    return value(DoubleOperations.fnmaddD(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static double minimum(Hart h, double a, double b) {
    return value(DoubleOperations.fminD(h, bits(a), bits(b)));
  }

  static double maximum(Hart h, double a, double b) {
    return value(DoubleOperations.fmaxD(h, bits(a), bits(b)));
  }

  static boolean isEqual(Hart h, double a, double b) {
    return DoubleOperations.feqD(h, bits(a), bits(b)) != 0;
  }

  static long toIntTruncated(Hart h, double a) {
    return DoubleOperations.fcvtWD(h, bits(a), RoundingMode.RTZ);
  }

  static long toUnsignedIntTruncated(Hart h, double a) {
    return DoubleOperations.fcvtWUD(h, bits(a), RoundingMode.RTZ);
  }

  static long toLongTruncated(Hart h, double a) {
    return DoubleOperations.fcvtLD(h, bits(a), RoundingMode.RTZ);
  }

  static long toUnsignedLongTruncated(Hart h, double a) {
    return DoubleOperations.fcvtLUD(h, bits(a), RoundingMode.RTZ);
  }

  static double fromLong(Hart h, long a) {
    return value(DoubleOperations.fcvtDL(h, a, RoundingMode.dynamic(h)));
  }

  static double fromUnsignedLong(Hart h, long a) {
    return value(DoubleOperations.fcvtDLU(h, a, RoundingMode.dynamic(h)));
  }

  static double fromSingle(Hart h, float a) {
    return value(DoubleOperations.fcvtDS(h, NanBox.box(a), RoundingMode.RNE));
  }
}
