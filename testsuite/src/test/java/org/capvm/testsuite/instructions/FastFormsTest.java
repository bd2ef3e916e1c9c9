package org.capvm.testsuite.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.floatingpoint.FastDouble;
import org.capvm.runtime.floatingpoint.FastSingle;
import org.capvm.runtime.floatingpoint.FloatFlags;
import org.capvm.runtime.floatingpoint.NanBox;
import org.capvm.runtime.floatingpoint.ReservedRoundingMode;
import org.capvm.runtime.floatingpoint.RoundingMode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The forms that translated code uses, on the recorded cases: those of a dynamic rounding mode, of
 * none, and of the truncating conversions.
 */
class FastFormsTest {
  private static final int FCSR = State.index("fcsr");
  private static final int FEWEST = 10_000;

  private final Hart hart = new Hart(null, null, null, null);
  private int checked;

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

  private Double doubleResult(Instruction instruction, long[] state) {
    Hart h = hart;
    double a = d(state, "fa1");
    double b = d(state, "fa2");
    double c = d(state, "fa3");
    long i = state[State.index("a1")];
    return switch (instruction.opcode()) {
      case FADD_D -> FastDouble.add(h, a, b);
      case FSUB_D -> FastDouble.subtract(h, a, b);
      case FMUL_D -> FastDouble.multiply(h, a, b);
      case FDIV_D -> FastDouble.divide(h, a, b);
      case FSQRT_D -> FastDouble.squareRoot(h, a);
      case FMADD_D -> FastDouble.multiplyAdd(h, a, b, c);
      case FMSUB_D -> FastDouble.multiplySubtract(h, a, b, c);
      case FNMSUB_D -> FastDouble.negatedMultiplySubtract(h, a, b, c);
      case FNMADD_D -> FastDouble.negatedMultiplyAdd(h, a, b, c);
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
      case FADD_S -> FastSingle.add(h, a, b);
      case FSUB_S -> FastSingle.subtract(h, a, b);
      case FMUL_S -> FastSingle.multiply(h, a, b);
      case FDIV_S -> FastSingle.divide(h, a, b);
      case FSQRT_S -> FastSingle.squareRoot(h, a);
      case FMADD_S -> FastSingle.multiplyAdd(h, a, b, c);
      case FMSUB_S -> FastSingle.multiplySubtract(h, a, b, c);
      case FNMSUB_S -> FastSingle.negatedMultiplySubtract(h, a, b, c);
      case FNMADD_S -> FastSingle.negatedMultiplyAdd(h, a, b, c);
      case FMIN_S -> FastSingle.minimum(h, a, b);
      case FMAX_S -> FastSingle.maximum(h, a, b);
      case FCVT_S_W -> FastSingle.fromInt(h, i);
      case FCVT_S_WU -> FastSingle.fromUnsignedInt(h, i);
      case FCVT_S_L -> FastSingle.fromLong(h, i);
      case FCVT_S_LU -> FastSingle.fromUnsignedLong(h, i);
      case FCVT_S_D -> FastSingle.fromDouble(h, d(state, "fa1"));
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
