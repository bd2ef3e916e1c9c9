package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.BitSet;
import org.capvm.translator.analyse.FrameAccesses;
import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A guest function as one JVM method with a narrow signature. */
final class WholeFunction extends MethodBlocks {
  /** A leaf's single access to the stack is checked by itself. */
  private static final int ACCESSES_WORTH_A_CHECK = 2;

  private final FrameAccesses frame;

  /** Whether it may call itself again and again with the same stack pointer. */
  private final boolean countsEntries;

  WholeFunction(FunctionFacts facts) {
    super(
        facts,
        new NarrowTypes(
            facts.function.graph(),
            facts.file.program,
            facts.live,
            facts.tracked,
            new BitSet(),
            facts.file.bias),
        0,
        facts.function.graph().size(),
        new int[] {facts.function.graph().entry()},
        facts.signature.parameters() | bit(RegisterSet.RA));
    FrameAccesses accesses = new FrameAccesses(graph, file.program);
    this.countsEntries = !function.leaf() && !accesses.descends();
    int worth = function.leaf() ? ACCESSES_WORTH_A_CHECK : 1;
    // Where faults are precise, each access asks for the permissions of its page.
    this.frame = accesses.count() >= worth && !file.isPrecise() ? accesses : null;
  }

  @Override
  FrameAccesses frame() {
    return frame;
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
    if (frame != null || !function.leaf()) {
      emitEntryCheck(e);
    }
    int entry = graph.entry();
    long in = heldAtStart(entry);
    e.registers.dirty = parameters;
    long dying = writeBacks().dyingAtStart(entry);
    if (RegisterSet.contains(in | dying, RegisterSet.RA)) {
      e.mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
      e.registers.setLong(RegisterSet.RA, false);
    }
    e.registers.writeBack(e.registers.dirty & dying);
    e.registers.load(in & ~parameters & ~bit(RegisterSet.RA) & ~bit(RegisterSet.SP));
    if (first() != entry) {
      e.mv.visitJumpInsn(Opcodes.GOTO, e.label(entry));
    }
  }

  /** Emits the check of sp, which is also the poll and the range check of the frame. */
  private void emitEntryCheck(BodyEmitter e) {
    MethodVisitor mv = e.mv;
    e.registers.dirty = signature.parameters();
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    e.registers.pushLong(RegisterSet.SP);
    if (frame == null) {
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC, Names.STACK, "mayEnter", "(" + Names.HART_TYPE + "J)Z", false);
    } else {
      Constants.push(mv, frame.below());
      Constants.push(mv, frame.above());
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC, Names.STACK, "frame", "(" + Names.HART_TYPE + "JII)J", false);
      mv.visitVarInsn(Opcodes.LSTORE, e.frameBase);
      mv.visitVarInsn(Opcodes.LLOAD, e.frameBase);
      mv.visitInsn(Opcodes.LCONST_0);
      mv.visitInsn(Opcodes.LCMP);
    }
    mv.visitJumpInsn(Opcodes.IFEQ, leaveAtEntry(e));
    if (countsEntries) {
      mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC, Names.STACK, "mayNest", "(" + Names.HART_TYPE + ")Z", false);
      mv.visitJumpInsn(Opcodes.IFEQ, leaveAtEntry(e));
    }
  }

  private Label leaveAtEntry(BodyEmitter e) {
    return e.outOfLine(signature.parameters(), () -> emitLeaveAtEntry(e));
  }

  private void emitLeaveAtEntry(BodyEmitter e) {
    Constants.push(e.mv, graph.function().entry() + file.bias);
    e.mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    e.mv.visitVarInsn(Opcodes.LLOAD, RegisterLocals.RETURN_TO);
    e.mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(RegisterSet.RA), "J");
    e.exits.leave(signature.parameters());
  }

  @Override
  long savedByCaller() {
    return signature.saved();
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
