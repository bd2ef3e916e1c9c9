package org.capvm.testsuite.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.capvm.runtime.floatingpoint.FastDouble;
import org.capvm.runtime.floatingpoint.FastSingle;
import org.capvm.runtime.floatingpoint.FloatFlags;
import org.capvm.runtime.floatingpoint.NanBox;
import org.capvm.runtime.floatingpoint.ReservedRoundingMode;
import org.capvm.runtime.floatingpoint.RoundingMode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The forms that translated code uses, on the recorded cases: those of a dynamic rounding mode, of
 * none, and of the truncating conversions.
 */
class FastFormsTest {
  private static final int FCSR = State.index("fcsr");

  /** More than 34 recordings of each file have a fast form; every one gives at least 8 cases. */
  private static final int FEWEST = Recording.isComplete() ? 10_000 : 34 * 8;

  private final Window window = new Window(1 << 20);
  private final Hart hart = new Hart(window, null, null, null);
  private int checked;

  @AfterEach
  void close() {
    window.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "DOUBLE"})
  void fastFormsGiveTheRecordedResults(RecordingFile file) {
    List<String> failures = new ArrayList<>();
    for (Recording recording : file.read()) {
      Instruction instruction =
          Decoder.decode(ByteBuffer.wrap(recording.code()).order(ByteOrder.LITTLE_ENDIAN).getInt());
      for (Recording.Case one : recording.cases()) {
        long[] after = execute(instruction, one.before());
        if (after != null) {
          checked++;
          String differences = State.differences(one.after(), after);
          if (!differences.isEmpty()) {
            failures.add(
                recording.title()
                    + " "
                    + State.describe(one.before(), recording.inputs())
                    + ":"
                    + differences);
          }
        }
      }
    }
    assertEquals(List.of(), failures.stream().limit(10).toList(), failures.size() + " cases");
    assertTrue(checked > FEWEST, checked + " cases");
  }

  /** What the fast form leaves, or null where there is none. */
  private long[] execute(Instruction instruction, long[] before) {
    hart.setFcsr((int) before[FCSR]);
    long[] after = before.clone();
    try {
      Long result = result(instruction, before);
      if (result == null) {
        return null;
      }
      after[State.index(instruction.opcode().format().writesFd() ? "fa0" : "a0")] = result;
    } catch (ReservedRoundingMode e) {
      after[State.TRAP] = 4;
    }
    after[FCSR] = hart.fcsr();
    return after;
  }

  private Long result(Instruction instruction, long[] state) {
    boolean dynamic = instruction.roundingMode() == RoundingMode.DYN;
    boolean truncating = instruction.roundingMode() == RoundingMode.RTZ;
    if (instruction.opcode().format().isRounded() && !dynamic && !truncating) {
      return null;
    }
    if (truncating) {
      return truncated(instruction, state);
    }
    Double ofDouble = doubleResult(instruction, state);
    if (ofDouble != null) {
      return Double.doubleToRawLongBits(ofDouble);
    }
    Float ofSingle = singleResult(instruction, state);
    if (ofSingle != null) {
      return NanBox.box(ofSingle);
    }
    return comparison(instruction, state);
  }

  private static double d(long[] state, String name) {
    return Double.longBitsToDouble(state[State.index(name)]);
  }

  private static float s(long[] state, String name) {
    return NanBox.toFloat(state[State.index(name)]);
  }

  private interface DoubleQuestion {
    boolean holds(double hostResult, Hart h);
  }

  private interface SingleQuestion {
    boolean holds(float hostResult, Hart h);
  }

  private interface SingleDecision {
    float decide(float hostResult);
  }

  private double ofDouble(double result, DoubleQuestion question, DoubleUnaryOperator decision) {
    return question.holds(result, hart) ? result : decision.applyAsDouble(result);
  }

  private float ofSingle(float result, SingleQuestion question, SingleDecision decision) {
    return question.holds(result, hart) ? result : decision.decide(result);
  }

  private Double doubleResult(Instruction instruction, long[] state) {
    Hart h = hart;
    double a = d(state, "fa1");
    double b = d(state, "fa2");
    double c = d(state, "fa3");
    long i = state[State.index("a1")];
    return switch (instruction.opcode()) {
      case FADD_D -> ofDouble(a + b, FastDouble::isSum, r -> FastDouble.add(r, a, b, h));
      case FSUB_D -> ofDouble(a - b, FastDouble::isSum, r -> FastDouble.subtract(r, a, b, h));
      case FMUL_D -> ofDouble(a * b, FastDouble::isResult, r -> FastDouble.multiply(r, a, b, h));
      case FDIV_D -> ofDouble(a / b, FastDouble::isResult, r -> FastDouble.divide(r, a, b, h));
      case FSQRT_D ->
          ofDouble(Math.sqrt(a), FastDouble::isRoot, r -> FastDouble.squareRoot(r, a, h));
      case FMADD_D ->
          ofDouble(
              Math.fma(a, b, c), FastDouble::isResult, r -> FastDouble.multiplyAdd(r, a, b, c, h));
      case FMSUB_D ->
          ofDouble(
              Math.fma(a, b, -c),
              FastDouble::isResult,
              r -> FastDouble.multiplySubtract(r, a, b, c, h));
      case FNMSUB_D ->
          ofDouble(
              Math.fma(-a, b, c),
              FastDouble::isResult,
              r -> FastDouble.negatedMultiplySubtract(r, a, b, c, h));
      case FNMADD_D ->
          ofDouble(
              Math.fma(-a, b, -c),
              FastDouble::isResult,
              r -> FastDouble.negatedMultiplyAdd(r, a, b, c, h));
      case FMIN_D -> FastDouble.minimum(h, a, b);
      case FMAX_D -> FastDouble.maximum(h, a, b);
      case FCVT_D_W -> hart.frm() <= 4 ? (Double) FastDouble.fromInt(i) : null;
      case FCVT_D_WU -> hart.frm() <= 4 ? (Double) FastDouble.fromUnsignedInt(i) : null;
      case FCVT_D_L -> FastDouble.fromLong(h, i);
      case FCVT_D_LU -> FastDouble.fromUnsignedLong(h, i);
      case FCVT_D_S -> hart.frm() <= 4 ? (Double) FastDouble.fromSingle(h, s(state, "fa1")) : null;
      default -> null;
    };
  }

  private Float singleResult(Instruction instruction, long[] state) {
    Hart h = hart;
    float a = s(state, "fa1");
    float b = s(state, "fa2");
    float c = s(state, "fa3");
    long i = state[State.index("a1")];
    return switch (instruction.opcode()) {
      case FADD_S -> ofSingle(a + b, FastSingle::isSum, r -> FastSingle.add(r, a, b, h));
      case FSUB_S -> ofSingle(a - b, FastSingle::isSum, r -> FastSingle.subtract(r, a, b, h));
      case FMUL_S -> ofSingle(a * b, FastSingle::isResult, r -> FastSingle.multiply(r, a, b, h));
      case FDIV_S -> ofSingle(a / b, FastSingle::isResult, r -> FastSingle.divide(r, a, b, h));
      case FSQRT_S ->
          ofSingle((float) Math.sqrt(a), FastSingle::isRoot, r -> FastSingle.squareRoot(r, a, h));
      case FMADD_S ->
          ofSingle(
              Math.fma(a, b, c), FastSingle::isResult, r -> FastSingle.multiplyAdd(r, a, b, c, h));
      case FMSUB_S ->
          ofSingle(
              Math.fma(a, b, -c),
              FastSingle::isResult,
              r -> FastSingle.multiplySubtract(r, a, b, c, h));
      case FNMSUB_S ->
          ofSingle(
              Math.fma(-a, b, c),
              FastSingle::isResult,
              r -> FastSingle.negatedMultiplySubtract(r, a, b, c, h));
      case FNMADD_S ->
          ofSingle(
              Math.fma(-a, b, -c),
              FastSingle::isResult,
              r -> FastSingle.negatedMultiplyAdd(r, a, b, c, h));
      case FMIN_S -> FastSingle.minimum(h, a, b);
      case FMAX_S -> FastSingle.maximum(h, a, b);
      case FCVT_S_W -> FastSingle.fromInt(h, i);
      case FCVT_S_WU -> FastSingle.fromUnsignedInt(h, i);
      case FCVT_S_L -> FastSingle.fromLong(h, i);
      case FCVT_S_LU -> FastSingle.fromUnsignedLong(h, i);
      case FCVT_S_D -> {
        double wide = d(state, "fa1");
        yield ofSingle((float) wide, FastSingle::isResult, r -> FastSingle.fromDouble(r, wide, h));
      }
      default -> null;
    };
  }

  private Long comparison(Instruction instruction, long[] state) {
    Hart h = hart;
    boolean holds;
    switch (instruction.opcode()) {
      case FEQ_D -> holds = FastDouble.isEqual(h, d(state, "fa1"), d(state, "fa2"));
      case FLT_D -> holds = FastDouble.isLess(h, d(state, "fa1"), d(state, "fa2"));
      case FLE_D -> holds = FastDouble.isLessOrEqual(h, d(state, "fa1"), d(state, "fa2"));
      case FEQ_S -> holds = FastSingle.isEqual(h, s(state, "fa1"), s(state, "fa2"));
      case FLT_S -> holds = FastSingle.isLess(h, s(state, "fa1"), s(state, "fa2"));
      case FLE_S -> holds = FastSingle.isLessOrEqual(h, s(state, "fa1"), s(state, "fa2"));
      default -> {
        return null;
      }
    }
    return holds ? 1L : 0L;
  }

  /** Each case as recorded and with NX accrued before, which selects another path. */
  private Long truncated(Instruction instruction, long[] state) {
    int flags = hart.fflags();
    Long result = truncatedOnce(instruction, state);
    if (result != null) {
      int raised = hart.fflags();
      hart.setFflags(flags | FloatFlags.NX);
      assertEquals(result, truncatedOnce(instruction, state));
      assertEquals(raised | FloatFlags.NX, hart.fflags());
      hart.setFflags(raised);
    }
    return result;
  }

  private Long truncatedOnce(Instruction instruction, long[] state) {
    Hart h = hart;
    double a = d(state, "fa1");
    float b = s(state, "fa1");
    return switch (instruction.opcode()) {
      case FCVT_W_D -> FastDouble.toIntTruncated(h, a);
      case FCVT_WU_D -> FastDouble.toUnsignedIntTruncated(h, a);
      case FCVT_L_D -> FastDouble.toLongTruncated(h, a);
      case FCVT_LU_D -> FastDouble.toUnsignedLongTruncated(h, a);
      case FCVT_W_S -> FastSingle.toIntTruncated(h, b);
      case FCVT_WU_S -> FastSingle.toUnsignedIntTruncated(h, b);
      case FCVT_L_S -> FastSingle.toLongTruncated(h, b);
      case FCVT_LU_S -> FastSingle.toUnsignedLongTruncated(h, b);
      default -> null;
    };
  }
}
