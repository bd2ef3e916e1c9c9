package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;
import static org.capvm.translator.analyse.RegisterSet.contains;

import org.capvm.runtime.code.DirectClass;
import org.capvm.runtime.hart.DirectFunction;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Generates the form of a function that {@link DirectFunction#call} stands for: the registers of
 * {@link Signature#DIRECT} are parameters, a0 is the result, the others are in the hart.
 */
final class DirectAdapterEmitter {
  private final FunctionSummary function;
  private final FileContext.Method method;
  private final boolean precise;
  private final MethodVisitor mv;
  private final RegisterLocals registers;

  /**
   * @param number of the function in its class
   */
  DirectAdapterEmitter(ClassVisitor cv, int number, FunctionSummary function, FileContext file) {
    FileContext.Method method = file.method(function);
    this.function = function;
    this.precise = file.isPrecise();
    this.method = method;
    this.mv =
        cv.visitMethod(
            Opcodes.ACC_STATIC, DirectClass.DIRECT + number, DirectFunction.DESCRIPTOR, null, null);
    this.registers = new RegisterLocals(mv);
    for (long set = Signature.DIRECT; set != 0; set &= set - 1) {
      registers.parameter(Long.numberOfTrailingZeros(set));
    }
  }

  void emit(int number) {
    mv.visitCode();
    if (function.mayBreakAbi()) {
      emitThroughHart(number);
    } else {
      emitCall();
    }
    mv.visitInsn(Opcodes.LRETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }

  /** The general form may drop the caller's frame; everything must be in the hart. */
  private void emitThroughHart(int number) {
    registers.store(Signature.DIRECT | bit(RegisterSet.SP));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
    mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(RegisterSet.RA), "J");
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        method.owner(),
        DirectClass.GENERAL + number,
        "(" + Names.HART_TYPE + ")V",
        false);
    if (function.tailCalls()) {
      mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
      CallEmitter.exits(mv, "finish", Names.HART_TYPE, "V");
    }
    registers.pushFromHart(RegisterSet.A0);
  }

  private void emitCall() {
    Signature signature = method.signature();
    // What the function might hand on to others, or back, or show at a fault, without reading it.
    long seen = precise ? RegisterSet.ALL : function.liveIn();
    registers.store(seen & Signature.DIRECT & ~signature.parameters());
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
    registers.pushLong(RegisterSet.SP);
    if (signature.returnSp()) {
      registers.pushLong(RegisterSet.SP);
    }
    for (long set = signature.parameters(); set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      if (contains(Signature.DIRECT, r)) {
        registers.pushLong(r);
      } else {
        registers.pushFromHart(r);
        if (contains(signature.saved(), r)) {
          mv.visitInsn(Opcodes.DUP2);
          mv.visitVarInsn(Opcodes.LSTORE, savedLocal(signature, r));
        }
        if (r >= 32) {
          registers.rawToDouble();
        }
      }
    }
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, method.owner(), method.name(), signature.descriptor(), false);
    if (function.tailCalls()) {
      CallEmitter.finish(mv, signature);
    }
    for (long set = signature.saved(); set != 0; set &= set - 1) {
      int r = Long.numberOfTrailingZeros(set);
      mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
      mv.visitVarInsn(Opcodes.LLOAD, savedLocal(signature, r));
      mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(r), "J");
    }
    int result = signature.result();
    if (result != RegisterSet.A0) {
      if (result != 0) {
        registers.setDouble(result);
        registers.store(bit(result));
      }
      if (contains(function.modified(), RegisterSet.A0)) {
        registers.pushFromHart(RegisterSet.A0);
      } else {
        registers.pushLong(RegisterSet.A0);
      }
    }
  }

  /** Where the value of a register is kept that the function leaves anything in the hart for. */
  private static int savedLocal(Signature signature, int register) {
    int first = RegisterLocals.STACK_POINTER + 2 + 2 * Long.bitCount(Signature.DIRECT);
    return first + 2 * Long.bitCount(signature.saved() & (bit(register) - 1));
  }
}
