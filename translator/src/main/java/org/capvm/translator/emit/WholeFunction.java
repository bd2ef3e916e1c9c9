package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.BitSet;
import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A guest function as one JVM method with a narrow signature. */
final class WholeFunction extends MethodBlocks {
  WholeFunction(FunctionFacts facts) {
    super(
        facts,
        new NarrowTypes(
            facts.function.graph(), facts.live, facts.tracked, new BitSet(), facts.file.bias),
        0,
        facts.function.graph().size(),
        new int[] {facts.function.graph().entry()},
        facts.signature.parameters() | bit(RegisterSet.RA));
  }

  @Override
  boolean isRegion() {
    return false;
  }

  @Override
  long base() {
    return graph.function().entry();
  }

  @Override
  void declareParameters(RegisterLocals registers, BodyEmitter emitter) {
    declare(signature, registers, emitter);
  }

  static void declare(Signature signature, RegisterLocals registers, BodyEmitter emitter) {
    if (signature.returnSp()) {
      emitter.returnSp = registers.reserve(Opcodes.LONG);
    }
    for (long set = signature.parameters(); set != 0; set &= set - 1) {
      registers.parameter(Long.numberOfTrailingZeros(set));
    }
  }

  @Override
  void emitEntry(BodyEmitter e) {
    long parameters = signature.parameters();
    if (!function.leaf()) {
      emitEntryPoll(e, signature, graph.function().entry());
    }
    int entry = graph.entry();
    long in = live().liveIn(entry) & tracked();
    e.registers.dirty = parameters;
    if (RegisterSet.contains(in, RegisterSet.RA) || e.file.isPrecise()) {
      e.mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
      e.registers.setLong(RegisterSet.RA, false);
    }
    if (e.file.isPrecise()) {
      e.registers.writeBack(e.registers.dirty & ~in);
    }
    e.registers.load(in & ~parameters & ~bit(RegisterSet.RA) & ~bit(RegisterSet.SP));
    if (first() != entry) {
      e.mv.visitJumpInsn(Opcodes.GOTO, e.label(entry));
    }
  }

  /** Emits the poll at a function's entry, which is also the check of the stack's depth. */
  static void emitEntryPoll(BodyEmitter e, Signature signature, long address) {
    MethodVisitor mv = e.mv;
    e.registers.dirty = signature.parameters();
    Label leave =
        e.outOfLine(
            signature.parameters(),
            () -> {
              e.registers.store(signature.parameters());
              mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
              mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
              e.registers.pushLong(RegisterSet.SP);
              Constants.push(mv, address + e.file.bias);
              mv.visitMethodInsn(
                  Opcodes.INVOKESTATIC,
                  Names.EXITS,
                  "leaveAtEntry",
                  "(" + Names.HART_TYPE + "JJJ)" + Names.UNWIND_TYPE,
                  false);
              mv.visitInsn(Opcodes.ATHROW);
            });
    e.registers.pushLong(RegisterSet.SP);
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "stackLimit", "J");
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Long", "compareUnsigned", "(JJ)I", false);
    mv.visitJumpInsn(Opcodes.IFLT, leave);
  }

  @Override
  int result() {
    return signature.result();
  }

  @Override
  void emitReturn(BodyEmitter e) {
    int result = signature.result();
    if (result == 0) {
      e.mv.visitInsn(Opcodes.RETURN);
    } else if (result < 32) {
      e.registers.pushLong(result);
      e.mv.visitInsn(Opcodes.LRETURN);
    } else {
      e.registers.pushDouble(result);
      e.mv.visitInsn(Opcodes.DRETURN);
    }
  }

  @Override
  void emitPendingReturn(BodyEmitter e) {
    switch (signature.resultType()) {
      case 'V' -> e.mv.visitInsn(Opcodes.RETURN);
      case 'J' -> {
        e.mv.visitInsn(Opcodes.LCONST_0);
        e.mv.visitInsn(Opcodes.LRETURN);
      }
      default -> {
        e.mv.visitInsn(Opcodes.DCONST_0);
        e.mv.visitInsn(Opcodes.DRETURN);
      }
    }
  }

  @Override
  void emitLeaveTo(BodyEmitter e, int from, int target) {
    throw new IllegalStateException("a whole function has no other method to go to");
  }
}
