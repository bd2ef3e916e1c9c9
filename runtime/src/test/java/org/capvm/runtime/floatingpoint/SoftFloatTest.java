package org.capvm.runtime.floatingpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The integer soft float against the host's arithmetic in round-to-nearest, and both, and the forms
 * of translated code, against each other in flags: whatever NX holds before, an operation gives one
 * result.
 */
class SoftFloatTest {
  private static final int CASES = 300_000;

  private final Window window = new Window(1 << 20);
  private final Hart hart = new Hart(window, null, null, null);
  private final SplittableRandom random = new SplittableRandom(20);

  @AfterEach
  void close() {
    window.close();
  }

  /** A pattern with few significant bits and a moderate exponent, or an edge, or anything. */
  private long doubleOperand() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> bits(random.nextInt(-20, 20));
      case 2 -> random.nextLong() & 0x800f_ffff_ffff_ffffL;
      case 3 -> bits(Math.scalb(random.nextInt(1 << 20), random.nextInt(-1074, 1000)));
      case 4 -> (random.nextLong() & 0x800f_ffff_ffff_ffffL) | 0x0010_0000_0000_0000L;
      case 5 -> bits(Math.scalb(random.nextDouble(), random.nextInt(-60, 60)));
      case 6 -> bits(Double.MIN_NORMAL) + random.nextInt(-2, 3);
      default -> bits(Double.MAX_VALUE) + random.nextInt(-2, 3);
    };
  }

  private int singleOperand() {
    return switch (random.nextInt(7)) {
      case 0 -> random.nextInt();
      case 1 -> Float.floatToRawIntBits(random.nextInt(-20, 20));
      case 2 -> random.nextInt() & 0x807f_ffff;
      case 3 -> Float.floatToRawIntBits(Math.scalb(random.nextInt(999), random.nextInt(-149, 120)));
      case 4 -> (random.nextInt() & 0x807f_ffff) | 0x0080_0000;
      case 5 -> Float.floatToRawIntBits(Math.scalb(random.nextFloat(), random.nextInt(-30, 30)));
      default -> Float.floatToRawIntBits(Float.MIN_NORMAL) + random.nextInt(-2, 3);
    };
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }

  private static float single(int bits) {
    return Float.intBitsToFloat(bits);
  }

  /**
   * Checks a soft result against the host's, and that operations give the same, flags too, before
   * NX and behind.
   */
  private void check(
      String what, double expected, LongUnaryOperator soft, LongUnaryOperator... operations) {
    hart.setFflags(0);
    long result = soft.applyAsLong(0);
    int flags = hart.fflags();
    long canonical = Double.isNaN(expected) ? 0x7ff8_0000_0000_0000L : bits(expected);
    assertEquals(canonical, result, () -> what + " by soft float");
    for (int before = 0; before <= 1; before++) {
      for (LongUnaryOperator operation : operations) {
        hart.setFflags(before);
        assertEquals(canonical, operation.applyAsLong(0), () -> what);
        assertEquals(flags | before, hart.fflags(), () -> what + ": flags");
      }
    }
  }

  private void checkSingle(
      String what, float expected, LongUnaryOperator soft, LongUnaryOperator... operations) {
    hart.setFflags(0);
    long result = soft.applyAsLong(0);
    int flags = hart.fflags();
    long canonical =
        Float.isNaN(expected) ? 0x7fc0_0000L : Float.floatToRawIntBits(expected) & 0xffff_ffffL;
    assertEquals(canonical, result, () -> what + " by soft float");
    for (int before = 0; before <= 1; before++) {
      for (LongUnaryOperator operation : operations) {
        hart.setFflags(before);
        assertEquals(NanBox.ofPattern(canonical), operation.applyAsLong(0), () -> what);
        assertEquals(flags | before, hart.fflags(), () -> what + ": flags");
      }
    }
  }

  private interface Question {
    boolean holds(double hostResult, Hart h);
  }

  private interface SingleQuestion {
    boolean holds(float hostResult, Hart h);
  }

  private interface SingleDecision {
    float decide(float hostResult);
  }

  /** What translated code does with a host result. */
  private long fast(double result, Question question, DoubleUnaryOperator decision) {
    return bits(question.holds(result, hart) ? result : decision.applyAsDouble(result));
  }

  private long fastSingle(float result, SingleQuestion question, SingleDecision decision) {
    return NanBox.box(question.holds(result, hart) ? result : decision.decide(result));
  }

  @Test
  void doubleArithmetic() {
    Format f = Format.BINARY64;
    for (int i = 0; i < CASES; i++) {
      long a = doubleOperand();
      long b = doubleOperand();
      String of = " of " + value(a) + " and " + value(b);
      check(
          "sum" + of,
          value(a) + value(b),
          _ -> Addition.add(hart, f, a, b, 0),
          _ -> DoubleOperations.faddD(hart, a, b, 0),
          _ ->
              fast(
                  value(a) + value(b),
                  FastDouble::isSum,
                  r -> FastDouble.add(r, value(a), value(b), hart)));
      check(
          "difference" + of,
          value(a) - value(b),
          _ -> Addition.subtract(hart, f, a, b, 0),
          _ -> DoubleOperations.fsubD(hart, a, b, 0),
          _ ->
              fast(
                  value(a) - value(b),
                  FastDouble::isSum,
                  r -> FastDouble.subtract(r, value(a), value(b), hart)));
      check(
          "product" + of,
          value(a) * value(b),
          _ -> Multiplication.multiply(hart, f, a, b, 0),
          _ -> DoubleOperations.fmulD(hart, a, b, 0),
          _ ->
              fast(
                  value(a) * value(b),
                  FastDouble::isResult,
                  r -> FastDouble.multiply(r, value(a), value(b), hart)));
      check(
          "quotient" + of,
          value(a) / value(b),
          _ -> Division.divide(hart, f, a, b, 0),
          _ -> DoubleOperations.fdivD(hart, a, b, 0),
          _ ->
              fast(
                  value(a) / value(b),
                  FastDouble::isResult,
                  r -> FastDouble.divide(r, value(a), value(b), hart)));
      check(
          "root" + of,
          Math.sqrt(value(a)),
          _ -> Division.squareRoot(hart, f, a, 0),
          _ -> DoubleOperations.fsqrtD(hart, a, 0),
          _ ->
              fast(
                  Math.sqrt(value(a)),
                  FastDouble::isRoot,
                  r -> FastDouble.squareRoot(r, value(a), hart)));
      checkSingle(
          "single" + of,
          (float) value(a),
          _ -> Conversion.convert(hart, f, Format.BINARY32, a, 0),
          _ -> DoubleOperations.fcvtSD(hart, a, 0),
          _ ->
              fastSingle(
                  (float) value(a),
                  FastSingle::isResult,
                  r -> FastSingle.fromDouble(r, value(a), hart)));
      check(
          "double of long" + of,
          (double) a,
          _ -> Conversion.fromSigned(hart, f, a, 0),
          _ -> DoubleOperations.fcvtDL(hart, a, 0));
    }
  }

  @Test
  void doubleFused() {
    Format f = Format.BINARY64;
    for (int i = 0; i < CASES; i++) {
      long a = doubleOperand();
      long b = doubleOperand();
      // Half of the time the addend nearly cancels the product.
      long c = random.nextBoolean() ? doubleOperand() : bits(-value(a) * value(b)) + i % 3;
      check(
          "fused " + value(a) + ", " + value(b) + ", " + value(c),
          Math.fma(value(a), value(b), value(c)),
          _ -> Multiplication.fused(hart, f, a, b, c, false, false, 0),
          _ -> DoubleOperations.fmaddD(hart, a, b, c, 0),
          _ ->
              fast(
                  Math.fma(value(a), value(b), value(c)),
                  FastDouble::isResult,
                  r -> FastDouble.multiplyAdd(r, value(a), value(b), value(c), hart)));
    }
  }

  @Test
  void singleArithmetic() {
    Format f = Format.BINARY32;
    for (int i = 0; i < CASES; i++) {
      int a = singleOperand();
      int b = singleOperand();
      int c = singleOperand();
      long pa = a & 0xffff_ffffL;
      long pb = b & 0xffff_ffffL;
      long pc = c & 0xffff_ffffL;
      long ra = NanBox.box(a);
      long rb = NanBox.box(b);
      long rc = NanBox.box(c);
      String of = " of " + single(a) + ", " + single(b) + ", " + single(c);
      checkSingle(
          "sum" + of,
          single(a) + single(b),
          _ -> Addition.add(hart, f, pa, pb, 0),
          _ -> SingleOperations.faddS(hart, ra, rb, 0),
          _ ->
              fastSingle(
                  single(a) + single(b),
                  FastSingle::isSum,
                  r -> FastSingle.add(r, single(a), single(b), hart)));
      checkSingle(
          "product" + of,
          single(a) * single(b),
          _ -> Multiplication.multiply(hart, f, pa, pb, 0),
          _ -> SingleOperations.fmulS(hart, ra, rb, 0),
          _ ->
              fastSingle(
                  single(a) * single(b),
                  FastSingle::isResult,
                  r -> FastSingle.multiply(r, single(a), single(b), hart)));
      checkSingle(
          "quotient" + of,
          single(a) / single(b),
          _ -> Division.divide(hart, f, pa, pb, 0),
          _ -> SingleOperations.fdivS(hart, ra, rb, 0),
          _ ->
              fastSingle(
                  single(a) / single(b),
                  FastSingle::isResult,
                  r -> FastSingle.divide(r, single(a), single(b), hart)));
      checkSingle(
          "root" + of,
          (float) Math.sqrt(single(a)),
          _ -> Division.squareRoot(hart, f, pa, 0),
          _ -> SingleOperations.fsqrtS(hart, ra, 0),
          _ ->
              fastSingle(
                  (float) Math.sqrt(single(a)),
                  FastSingle::isRoot,
                  r -> FastSingle.squareRoot(r, single(a), hart)));
      checkSingle(
          "fused" + of,
          Math.fma(single(a), single(b), single(c)),
          _ -> Multiplication.fused(hart, f, pa, pb, pc, false, false, 0),
          _ -> SingleOperations.fmaddS(hart, ra, rb, rc, 0),
          _ ->
              fastSingle(
                  Math.fma(single(a), single(b), single(c)),
                  FastSingle::isResult,
                  r -> FastSingle.multiplyAdd(r, single(a), single(b), single(c), hart)));
      check(
          "double" + of,
          single(a),
          _ -> Conversion.convert(hart, f, Format.BINARY64, pa, 0),
          _ -> DoubleOperations.fcvtDS(hart, ra, 0));
    }
  }
}
