package org.capvm.translator.emit;

import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Operation;
import org.capvm.translator.analyse.Effects;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Floating-point computation.
 *
 * <p>Arithmetic with the dynamic rounding mode is {@link HostArithmetic}; comparisons and the usual
 * conversions are methods on JVM {@code double} and {@code float} values. Everything else calls the
 * method that defines the operation on raw register bits.
 */
final class FloatEmitter {
  private static final int DYNAMIC = 7;
  private static final int TOWARDS_ZERO = 1;

  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final FaultExits faults;
  private final HostArithmetic arithmetic;

  /** Whether an instruction before in the block, with no write of frm since, found frm valid. */
  private boolean dynamicIsValid;

  /**
   * @param faults the exits of instructions that are illegal because of the dynamic rounding mode;
   *     null where {@code ReservedRoundingMode} does
   */
  FloatEmitter(MethodVisitor mv, RegisterLocals registers, FaultExits faults) {
    this.mv = mv;
    this.registers = registers;
    this.faults = faults;
    this.arithmetic = new HostArithmetic(mv, registers);
  }

  /**
   * Nothing is known of frm from here on: a block begins, or an instruction may have changed it.
   */
  void forgetRoundingMode() {
    dynamicIsValid = false;
  }

  /**
   * Emits an instruction.
   *
   * @param address of it, at link time
   * @param narrow whether its result goes to a narrow local
   * @param liveAfter registers live behind it
   */
  void emit(Instruction i, long address, boolean narrow, long liveAfter) {
    boolean dynamic = i.roundingMode() == DYNAMIC;
    if (dynamic && faults != null && !dynamicIsValid) {
      dynamicIsValid = true;
      hart();
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          "org/capvm/runtime/floatingpoint/RoundingMode",
          "isDynamicValid",
          "(" + Names.HART_TYPE + ")Z",
          false);
      mv.visitJumpInsn(Opcodes.IFEQ, faults.at(address));
    }
    switch (i.opcode()) {
      case FADD_D, FADD_S -> rounded(i, HostArithmetic.Form.ADD, narrow, liveAfter);
      case FSUB_D, FSUB_S -> rounded(i, HostArithmetic.Form.SUBTRACT, narrow, liveAfter);
      case FMUL_D, FMUL_S -> rounded(i, HostArithmetic.Form.MULTIPLY, narrow, liveAfter);
      case FDIV_D, FDIV_S -> rounded(i, HostArithmetic.Form.DIVIDE, narrow, liveAfter);
      case FSQRT_D, FSQRT_S -> rounded(i, HostArithmetic.Form.SQUARE_ROOT, narrow, liveAfter);
      case FMADD_D, FMADD_S -> rounded(i, HostArithmetic.Form.MULTIPLY_ADD, narrow, liveAfter);
      case FMSUB_D, FMSUB_S -> rounded(i, HostArithmetic.Form.MULTIPLY_SUBTRACT, narrow, liveAfter);
      case FNMSUB_D, FNMSUB_S ->
          rounded(i, HostArithmetic.Form.NEGATED_MULTIPLY_SUBTRACT, narrow, liveAfter);
      case FNMADD_D, FNMADD_S ->
          rounded(i, HostArithmetic.Form.NEGATED_MULTIPLY_ADD, narrow, liveAfter);
      case FCVT_S_D -> rounded(i, HostArithmetic.Form.NARROW, narrow, liveAfter);
      case FMIN_D -> doubles(i, "minimum");
      case FMAX_D -> doubles(i, "maximum");
      case FMIN_S -> floats(i, "minimum", narrow);
      case FMAX_S -> floats(i, "maximum", narrow);
      case FEQ_D -> compareDoubles(i, "isEqual", narrow);
      case FLT_D -> compareDoubles(i, "isLess", narrow);
      case FLE_D -> compareDoubles(i, "isLessOrEqual", narrow);
      case FEQ_S -> compareFloats(i, "isEqual", narrow);
      case FLT_S -> compareFloats(i, "isLess", narrow);
      case FLE_S -> compareFloats(i, "isLessOrEqual", narrow);
      case FCVT_W_D -> toInteger(i, "toIntTruncated", true, narrow);
      case FCVT_WU_D -> toInteger(i, "toUnsignedIntTruncated", true, narrow);
      case FCVT_L_D -> toInteger(i, "toLongTruncated", true, narrow);
      case FCVT_LU_D -> toInteger(i, "toUnsignedLongTruncated", true, narrow);
      case FCVT_W_S -> toInteger(i, "toIntTruncated", false, narrow);
      case FCVT_WU_S -> toInteger(i, "toUnsignedIntTruncated", false, narrow);
      case FCVT_L_S -> toInteger(i, "toLongTruncated", false, narrow);
      case FCVT_LU_S -> toInteger(i, "toUnsignedLongTruncated", false, narrow);
      case FCVT_D_W -> exactDoubleFromInteger(i, "fromInt", dynamic, narrow);
      case FCVT_D_WU -> exactDoubleFromInteger(i, "fromUnsignedInt", dynamic, narrow);
      case FCVT_D_L -> {
        if (dynamic) {
          doubleFromInteger(i, "fromLong", true);
        } else {
          definition(i, narrow);
        }
      }
      case FCVT_D_LU -> {
        if (dynamic) {
          doubleFromInteger(i, "fromUnsignedLong", true);
        } else {
          definition(i, narrow);
        }
      }
      case FCVT_S_W -> floatFromInteger(i, "fromInt", dynamic, narrow);
      case FCVT_S_WU -> floatFromInteger(i, "fromUnsignedInt", dynamic, narrow);
      case FCVT_S_L -> floatFromInteger(i, "fromLong", dynamic, narrow);
      case FCVT_S_LU -> floatFromInteger(i, "fromUnsignedLong", dynamic, narrow);
      case FCVT_D_S -> {
        if (dynamic) {
          definition(i, narrow);
        } else {
          hart();
          registers.pushFloat(32 + i.rs1());
          fast(Names.FAST_DOUBLE, "fromSingle", "F", "D");
          registers.setDouble(32 + i.rd());
        }
      }
      case FMV_X_D -> {
        registers.pushRaw(32 + i.rs1());
        registers.setLong(i.rd(), narrow);
      }
      case FMV_D_X -> {
        registers.pushLong(i.rs1());
        registers.setRaw(32 + i.rd(), narrow);
      }
      case FMV_X_W -> {
        registers.pushRaw(32 + i.rs1());
        mv.visitInsn(Opcodes.L2I);
        registers.setInt(i.rd(), narrow);
      }
      case FMV_W_X -> {
        registers.pushInt(i.rs1());
        mv.visitMethodInsn(
            Opcodes.INVOKESTATIC, "java/lang/Float", "intBitsToFloat", "(I)F", false);
        registers.setFloat(32 + i.rd(), narrow);
      }
      case FSGNJ_D -> {
        if (i.rs1() == i.rs2()) {
          registers.pushDouble(32 + i.rs1());
          registers.setDouble(32 + i.rd());
        } else {
          definition(i, narrow);
        }
      }
      case FSGNJ_S -> {
        if (i.rs1() == i.rs2()) {
          registers.pushFloat(32 + i.rs1());
          registers.setFloat(32 + i.rd(), narrow);
        } else {
          definition(i, narrow);
        }
      }
      default -> definition(i, narrow);
    }
  }

  private void hart() {
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
  }

  private void fast(String owner, String name, String arguments, String result) {
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, owner, name, "(" + Names.HART_TYPE + arguments + ")" + result, false);
  }

  private static int operand(Instruction i, int n) {
    return 32
        + switch (n) {
          case 0 -> i.rs1();
          case 1 -> i.rs2();
          default -> i.rs3();
        };
  }

  private void rounded(Instruction i, HostArithmetic.Form form, boolean narrow, long liveAfter) {
    if (i.roundingMode() == DYNAMIC) {
      arithmetic.emit(i, form, narrow, liveAfter);
    } else {
      definition(i, narrow);
    }
  }

  private void doubles(Instruction i, String name) {
    hart();
    registers.pushDouble(32 + i.rs1());
    registers.pushDouble(32 + i.rs2());
    fast(Names.FAST_DOUBLE, name, "DD", "D");
    registers.setDouble(32 + i.rd());
  }

  private void floats(Instruction i, String name, boolean narrow) {
    hart();
    registers.pushFloat(32 + i.rs1());
    registers.pushFloat(32 + i.rs2());
    fast(Names.FAST_SINGLE, name, "FF", "F");
    registers.setFloat(32 + i.rd(), narrow);
  }

  private void compareDoubles(Instruction i, String name, boolean narrow) {
    hart();
    registers.pushDouble(32 + i.rs1());
    registers.pushDouble(32 + i.rs2());
    fast(Names.FAST_DOUBLE, name, "DD", "Z");
    registers.setInt(i.rd(), narrow);
  }

  private void compareFloats(Instruction i, String name, boolean narrow) {
    hart();
    registers.pushFloat(32 + i.rs1());
    registers.pushFloat(32 + i.rs2());
    fast(Names.FAST_SINGLE, name, "FF", "Z");
    registers.setInt(i.rd(), narrow);
  }

  private void toInteger(Instruction i, String name, boolean fromDouble, boolean narrow) {
    if (i.roundingMode() != TOWARDS_ZERO) {
      definition(i, narrow);
      return;
    }
    hart();
    if (fromDouble) {
      registers.pushDouble(32 + i.rs1());
      fast(Names.FAST_DOUBLE, name, "D", "J");
    } else {
      registers.pushFloat(32 + i.rs1());
      fast(Names.FAST_SINGLE, name, "F", "J");
    }
    registers.setLong(i.rd(), narrow);
  }

  /**
   * A conversion that needs no rounding: assemblers give it a static mode, and a dynamic one
   * matters only in that a reserved frm makes the instruction illegal.
   */
  private void exactDoubleFromInteger(Instruction i, String name, boolean dynamic, boolean narrow) {
    if (dynamic) {
      definition(i, narrow);
    } else {
      doubleFromInteger(i, name, false);
    }
  }

  private void doubleFromInteger(Instruction i, String name, boolean needsHart) {
    if (needsHart) {
      hart();
    }
    registers.pushLong(i.rs1());
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Names.FAST_DOUBLE,
        name,
        needsHart ? "(" + Names.HART_TYPE + "J)D" : "(J)D",
        false);
    registers.setDouble(32 + i.rd());
  }

  private void floatFromInteger(Instruction i, String name, boolean fast, boolean narrow) {
    if (!fast) {
      definition(i, narrow);
      return;
    }
    hart();
    registers.pushLong(i.rs1());
    fast(Names.FAST_SINGLE, name, "J", "F");
    registers.setFloat(32 + i.rd(), narrow);
  }

  /** Calls the defining method with raw bits; a dynamic rounding mode is resolved first. */
  private void definition(Instruction i, boolean narrow) {
    Operation operation = i.opcode().operation();
    hart();
    String arguments = operation.descriptor().substring(1 + Names.HART_TYPE.length());
    int n = arguments.indexOf(')');
    for (int k = 0; k < n; k++) {
      if (arguments.charAt(k) == 'I') {
        roundingMode(i);
      } else if (k == 0 && takesInteger(i)) {
        registers.pushLong(i.rs1());
      } else {
        registers.pushRaw(operand(i, k));
      }
    }
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, operation.owner(), operation.name(), operation.descriptor(), false);
    if (Effects.definesFloat(i)) {
      registers.setRaw(32 + i.rd(), narrow);
    } else {
      registers.setLong(i.rd(), narrow);
    }
  }

  private static boolean takesInteger(Instruction i) {
    return (Effects.uses(i) >>> 32) == 0;
  }

  private void roundingMode(Instruction i) {
    if (i.roundingMode() == DYNAMIC) {
      hart();
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          "org/capvm/runtime/floatingpoint/RoundingMode",
          "dynamic",
          "(" + Names.HART_TYPE + ")I",
          false);
    } else {
      Constants.push(mv, i.roundingMode());
    }
  }
}
