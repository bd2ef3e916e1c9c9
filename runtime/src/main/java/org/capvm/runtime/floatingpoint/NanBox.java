package org.capvm.runtime.floatingpoint;

/**
 * Single-precision values in 64-bit registers (ISA chapter "D", NaN boxing): the upper half is all
 * ones; anything else reads as the canonical NaN.
 */
public final class NanBox {
  private static final long UPPER = 0xffff_ffff_0000_0000L;
  private static final int CANONICAL_NAN = 0x7fc0_0000;

  private NanBox() {}

  /** The register image of a single-precision bit pattern. */
  public static long box(int bits) {
    return UPPER | bits & 0xffff_ffffL;
  }

  /** The register image of a {@code float}, its NaN payload kept. */
  public static long box(float value) {
    return box(Float.floatToRawIntBits(value));
  }

  /** The single-precision bit pattern in a register. */
  public static int unbox(long register) {
    return register >>> 32 == 0xffff_ffffL ? (int) register : CANONICAL_NAN;
  }

  /** The single-precision value in a register. */
  public static float toFloat(long register) {
    return Float.intBitsToFloat(unbox(register));
  }

  /** As {@link #unbox}, zero-extended as the soft float wants it. */
  static long pattern(long register) {
    return unbox(register) & 0xffff_ffffL;
  }

  /** As {@link #box(int)}, of a zero-extended pattern. */
  static long ofPattern(long pattern) {
    return UPPER | pattern;
  }
}
