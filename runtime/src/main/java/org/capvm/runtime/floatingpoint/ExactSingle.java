package org.capvm.runtime.floatingpoint;

import org.capvm.runtime.hart.Hart;

/** What {@link FastSingle} leaves to {@link SingleOperations}, out of line. */
final class ExactSingle {
  private ExactSingle() {}

  private static long bits(float value) {
    return NanBox.box(value);
  }

  private static float value(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  static float add(Hart h, float a, float b) {
    return value(SingleOperations.faddS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static float subtract(Hart h, float a, float b) {
    return value(SingleOperations.fsubS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static float multiply(Hart h, float a, float b) {
    return value(SingleOperations.fmulS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static float divide(Hart h, float a, float b) {
    return value(SingleOperations.fdivS(h, bits(a), bits(b), RoundingMode.dynamic(h)));
  }

  static float squareRoot(Hart h, float a) {
    return value(SingleOperations.fsqrtS(h, bits(a), RoundingMode.dynamic(h)));
  }

  static float multiplyAdd(Hart h, float a, float b, float c) {
    return value(SingleOperations.fmaddS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static float multiplySubtract(Hart h, float a, float b, float c) {
    return value(SingleOperations.fmsubS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static float negatedMultiplySubtract(Hart h, float a, float b, float c) {
    return value(SingleOperations.fnmsubS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static float negatedMultiplyAdd(Hart h, float a, float b, float c) {
    return value(SingleOperations.fnmaddS(h, bits(a), bits(b), bits(c), RoundingMode.dynamic(h)));
  }

  static float minimum(Hart h, float a, float b) {
    return value(SingleOperations.fminS(h, bits(a), bits(b)));
  }

  static float maximum(Hart h, float a, float b) {
    return value(SingleOperations.fmaxS(h, bits(a), bits(b)));
  }

  static boolean isEqual(Hart h, float a, float b) {
    return SingleOperations.feqS(h, bits(a), bits(b)) != 0;
  }

  static long toIntTruncated(Hart h, float a) {
    return SingleOperations.fcvtWS(h, bits(a), RoundingMode.RTZ);
  }

  static long toUnsignedIntTruncated(Hart h, float a) {
    return SingleOperations.fcvtWUS(h, bits(a), RoundingMode.RTZ);
  }

  static long toLongTruncated(Hart h, float a) {
    return SingleOperations.fcvtLS(h, bits(a), RoundingMode.RTZ);
  }

  static long toUnsignedLongTruncated(Hart h, float a) {
    return SingleOperations.fcvtLUS(h, bits(a), RoundingMode.RTZ);
  }

  static float fromLong(Hart h, long a) {
    return value(SingleOperations.fcvtSL(h, a, RoundingMode.dynamic(h)));
  }

  static float fromUnsignedLong(Hart h, long a) {
    return value(SingleOperations.fcvtSLU(h, a, RoundingMode.dynamic(h)));
  }

  static float fromDouble(Hart h, double a) {
    long bits = Double.doubleToRawLongBits(a);
    return value(DoubleOperations.fcvtSD(h, bits, RoundingMode.dynamic(h)));
  }
}
