package org.capvm.translator.emit;

import java.util.Arrays;
import org.capvm.runtime.code.DirectClass;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Generates the general form of the functions of a class: the class is a {@code GuestFunction}
 * whose instances stand for its functions by number.
 */
final class AdapterEmitter {
  private static final String CALL_DESCRIPTOR = "(" + Names.HART_TYPE + ")V";
  private static final String INDEX = "index";
  private static final int RETURN_TO = 1;
  private static final int SP = 3;
  private static final int FIRST_KEPT = 5;

  private final ClassVisitor cv;
  private final String className;
  private final boolean precise;

  /**
   * @param precise whether the hart must hold the return address behind a call, although calls
   *     inside may have left another one there and nobody reads it
   */
  AdapterEmitter(ClassVisitor cv, String className, boolean precise) {
    this.cv = cv;
    this.className = className;
    this.precise = precise;
  }

  /**
   * Emits the field, the constructor taking the number, and {@code call} for {@code n} functions.
   */
  void emitClassBody(int n) {
    NumberedClass.emitConstructor(cv, className, INDEX);
    MethodVisitor mv = cv.visitMethod(Opcodes.ACC_PUBLIC, "call", CALL_DESCRIPTOR, null, null);
    mv.visitCode();
    Label[] labels = new Label[n];
    for (int k = 0; k < n; k++) {
      labels[k] = new Label();
    }
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitFieldInsn(Opcodes.GETFIELD, className, INDEX, "I");
    mv.visitTableSwitchInsn(0, n - 1, labels[n - 1], labels);
    for (int k = 0; k < n; k++) {
      mv.visitLabel(labels[k]);
      mv.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
      mv.visitVarInsn(Opcodes.ALOAD, 1);
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC, className, DirectClass.GENERAL + k, CALL_DESCRIPTOR, false);
      mv.visitInsn(Opcodes.RETURN);
    }
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }

  /** Emits the general form of the function with number {@code k}. */
  void emitAdapter(int k, FunctionSummary function, FileContext.Method method) {
    Signature signature = method.signature();
    long kept = signature.saved() | function.notHandedBack();
    MethodVisitor mv =
        cv.visitMethod(Opcodes.ACC_STATIC, DirectClass.GENERAL + k, CALL_DESCRIPTOR, null, null);
    mv.visitCode();
    hartField(mv, "x1");
    mv.visitVarInsn(Opcodes.LSTORE, RETURN_TO);
    hartField(mv, "x2");
    mv.visitVarInsn(Opcodes.LSTORE, SP);
    for (long set = kept; set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      hartField(mv, Names.field(r));
      mv.visitVarInsn(Opcodes.LSTORE, keptLocal(kept, r));
    }
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitVarInsn(Opcodes.LLOAD, RETURN_TO);
    mv.visitVarInsn(Opcodes.LLOAD, SP);
    if (signature.returnSp()) {
      mv.visitVarInsn(Opcodes.LLOAD, SP);
    }
    for (long set = signature.parameters(); set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      hartField(mv, Names.field(r));
      if (r >= 32) {
        mv.visitMethodInsn(
            Opcodes.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D", false);
      }
    }
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, method.owner(), method.name(), signature.descriptor(), false);
    int result = signature.result();
    if (function.tailCalls()) {
      leaveTailCall(mv, function, signature, kept);
    }
    if (result != 0) {
      if (result >= 32) {
        mv.visitMethodInsn(
            Opcodes.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J", false);
      }
      int local = FIRST_KEPT + 2 * Long.bitCount(kept);
      mv.visitVarInsn(Opcodes.LSTORE, local);
      mv.visitVarInsn(Opcodes.ALOAD, 0);
      mv.visitVarInsn(Opcodes.LLOAD, local);
      mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(result), "J");
    }
    for (long set = signature.saved(); set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      mv.visitVarInsn(Opcodes.ALOAD, 0);
      mv.visitVarInsn(Opcodes.LLOAD, keptLocal(kept, r));
      mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(r), "J");
    }
    // Calls inside left the stack pointers of inner frames behind.
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitVarInsn(Opcodes.LLOAD, SP);
    mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, "x2", "J");
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitVarInsn(Opcodes.LLOAD, RETURN_TO);
    mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, "pc", "J");
    if (precise) {
      mv.visitVarInsn(Opcodes.ALOAD, 0);
      mv.visitVarInsn(Opcodes.LLOAD, RETURN_TO);
      mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, "x1", "J");
    }
    if (function.mayBreakAbi()) {
      Label changed = new Label();
      goIfChanged(mv, function, kept, changed);
      mv.visitInsn(Opcodes.RETURN);
      mv.visitLabel(changed);
      frame(mv, 2 + Long.bitCount(kept));
      mv.visitFieldInsn(
          Opcodes.GETSTATIC, "org/capvm/runtime/hart/Unwind", "INSTANCE", Names.UNWIND_TYPE);
      mv.visitInsn(Opcodes.ATHROW);
    } else {
      mv.visitInsn(Opcodes.RETURN);
    }
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }

  /** A tail call left behind is passed on: the result, the registers and pc are not there yet. */
  private static void leaveTailCall(
      MethodVisitor mv, FunctionSummary function, Signature signature, long kept) {
    Object[] stack =
        switch (signature.resultType()) {
          case 'V' -> new Object[0];
          case 'J' -> new Object[] {Opcodes.LONG};
          default -> new Object[] {Opcodes.DOUBLE};
        };
    int longs = 2 + Long.bitCount(kept);
    Label done = new Label();
    hartField(mv, "tailTarget");
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(Opcodes.IFEQ, done);
    if (function.mayBreakAbi()) {
      Label changed = new Label();
      goIfChanged(mv, function, kept, changed);
      mv.visitInsn(Opcodes.RETURN);
      mv.visitLabel(changed);
      frame(mv, longs, stack);
      mv.visitVarInsn(Opcodes.ALOAD, 0);
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          Names.EXITS,
          "leaveToTailCall",
          "(" + Names.HART_TYPE + ")" + Names.UNWIND_TYPE,
          false);
      mv.visitInsn(Opcodes.ATHROW);
    } else {
      mv.visitInsn(Opcodes.RETURN);
    }
    mv.visitLabel(done);
    frame(mv, longs, stack);
  }

  /**
   * The caller holds callee-saved registers in locals, and goes on with those: where the function
   * is not proven to hand them back, it is asked.
   */
  private static void goIfChanged(
      MethodVisitor mv, FunctionSummary function, long kept, Label changed) {
    mv.visitInsn(Opcodes.LCONST_0);
    for (long set = function.notHandedBack(); set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      hartField(mv, Names.field(r));
      mv.visitVarInsn(Opcodes.LLOAD, keptLocal(kept, r));
      mv.visitInsn(Opcodes.LXOR);
      mv.visitInsn(Opcodes.LOR);
    }
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(Opcodes.IFNE, changed);
  }

  private static void frame(MethodVisitor mv, int longs, Object... stack) {
    Object[] locals = new Object[1 + longs];
    Arrays.fill(locals, Opcodes.LONG);
    locals[0] = Names.HART;
    mv.visitFrame(Opcodes.F_NEW, locals.length, locals, stack.length, stack);
  }

  /**
   * Where the entry value of a callee-saved register is kept that the function may leave anything
   * in the hart for.
   */
  private static int keptLocal(long kept, int register) {
    return FIRST_KEPT + 2 * Long.bitCount(kept & (RegisterSet.bit(register) - 1));
  }

  private static void hartField(MethodVisitor mv, String field) {
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, field, "J");
  }
}
