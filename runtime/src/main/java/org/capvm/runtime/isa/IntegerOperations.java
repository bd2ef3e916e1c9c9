package org.capvm.runtime.isa;

/**
 * What the computational integer instructions of RV64I and M compute. The word forms take the low
 * 32 bits of their operands and sign-extend a 32-bit result. The immediate forms share the
 * operation of the register form, with the sign-extended immediate as second operand.
 *
 * <p>Each method is small so that HotSpot always inlines it.
 */
public final class IntegerOperations {
  private IntegerOperations() {}

  public static long add(long a, long b) {
    return a + b;
  }

  public static long sub(long a, long b) {
    return a - b;
  }

  /** Shift by the low six bits of b. */
  public static long sll(long a, long b) {
    return a << b;
  }

  public static long slt(long a, long b) {
    return a < b ? 1 : 0;
  }

  public static long sltu(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
  }

  public static long xor(long a, long b) {
    return a ^ b;
  }

  public static long srl(long a, long b) {
    return a >>> b;
  }

  public static long sra(long a, long b) {
    return a >> b;
  }

  public static long or(long a, long b) {
    return a | b;
  }

  public static long and(long a, long b) {
    return a & b;
  }

  public static long addw(long a, long b) {
    return (int) a + (int) b;
  }

  public static long subw(long a, long b) {
    return (int) a - (int) b;
  }

  /** Shift by the low five bits of b. */
  public static long sllw(long a, long b) {
    return (int) a << (int) b;
  }

  public static long srlw(long a, long b) {
    return (int) a >>> (int) b;
  }

  public static long sraw(long a, long b) {
    return (int) a >> (int) b;
  }

  public static long mul(long a, long b) {
    return a * b;
  }

  /** High half of signed times signed. */
  public static long mulh(long a, long b) {
    return Math.multiplyHigh(a, b);
  }

  /** High half of signed a times unsigned b. */
  public static long mulhsu(long a, long b) {
    return Math.multiplyHigh(a, b) + (a & b >> 63);
  }

  /** High half of unsigned times unsigned. */
  public static long mulhu(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b);
  }

  /** Division by zero gives -1; the overflow of MIN_VALUE / -1 gives MIN_VALUE, as in Java. */
  public static long div(long a, long b) {
    return b == 0 ? -1 : a / b;
  }

  /** Division by zero gives the largest unsigned value. */
  public static long divu(long a, long b) {
    return b == 0 ? -1 : Long.divideUnsigned(a, b);
  }

  /** The remainder of a division by zero is the dividend. */
  public static long rem(long a, long b) {
    return b == 0 ? a : a % b;
  }

  public static long remu(long a, long b) {
    return b == 0 ? a : Long.remainderUnsigned(a, b);
  }

  public static long mulw(long a, long b) {
    return (int) a * (int) b;
  }

  public static long divw(long a, long b) {
    int divisor = (int) b;
    return divisor == 0 ? -1 : (int) a / divisor;
  }

  public static long divuw(long a, long b) {
    int divisor = (int) b;
    return divisor == 0 ? -1 : Integer.divideUnsigned((int) a, divisor);
  }

  public static long remw(long a, long b) {
    int divisor = (int) b;
    return divisor == 0 ? (int) a : (int) a % divisor;
  }

  public static long remuw(long a, long b) {
    int divisor = (int) b;
    return divisor == 0 ? (int) a : Integer.remainderUnsigned((int) a, divisor);
  }

  public static boolean eq(long a, long b) {
    return a == b;
  }

  public static boolean ne(long a, long b) {
    return a != b;
  }

  public static boolean lt(long a, long b) {
    return a < b;
  }

  public static boolean ge(long a, long b) {
    return a >= b;
  }

  public static boolean ltu(long a, long b) {
    return Long.compareUnsigned(a, b) < 0;
  }

  public static boolean geu(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0;
  }
}
