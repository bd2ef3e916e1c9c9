package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.analyse.RegisterSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * A part of a function as a JVM method {@code (Hart, long returnTo, long sp, long returnSp, int
 * entry) -> int}: registers come and go in the hart, and the result says at which entry the
 * function goes on, or {@link #DONE}.
 */
final class Region extends MethodBlocks {
  static final String DESCRIPTOR = "(" + Names.HART_TYPE + "JJJI)I";

  /** The function has returned, or left a tail call behind; everything is in the hart. */
  static final int DONE = -1;

  private final RegionPlan plan;
  private final int number;
  private final Label enter = new Label();
  private int entryLocal;

  Region(FunctionFacts facts, RegionPlan plan, NarrowTypes types, int number) {
    super(facts, types, plan.from(number), plan.to(number), plan.entries(number), 0);
    this.plan = plan;
    this.number = number;
  }

  @Override
  boolean isRegion() {
    return true;
  }

  @Override
  long base() {
    return graph.block(plan.from(number)).start();
  }

  @Override
  void declareParameters(RegisterLocals registers, BodyEmitter emitter) {
    emitter.returnSp = registers.reserve(Opcodes.LONG);
    entryLocal = registers.reserve(Opcodes.INTEGER);
  }

  @Override
  void emitEntry(BodyEmitter e) {
    int[] entries = plan.entries(number);
    Label[] labels = new Label[entries.length];
    int[] keys = new int[entries.length];
    for (int k = 0; k < entries.length; k++) {
      labels[k] = new Label();
      keys[k] = plan.entryNumber(entries[k]);
    }
    e.mv.visitLabel(enter);
    e.registers.frame(0);
    e.mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    e.mv.visitTableSwitchInsn(keys[0], keys[0] + keys.length - 1, labels[0], labels);
    for (int k = 0; k < entries.length; k++) {
      e.mv.visitLabel(labels[k]);
      e.registers.frame(0);
      e.registers.narrow = 0;
      e.registers.load(live().liveIn(entries[k]) & tracked() & ~bit(RegisterSet.SP));
      e.mv.visitJumpInsn(Opcodes.GOTO, e.label(entries[k]));
    }
  }

  @Override
  int result() {
    return 0;
  }

  @Override
  void emitReturn(BodyEmitter e) {
    Constants.push(e.mv, DONE);
    e.mv.visitInsn(Opcodes.IRETURN);
  }

  @Override
  void emitPendingReturn(BodyEmitter e) {
    emitReturn(e);
  }

  @Override
  void emitLeaveTo(BodyEmitter e, int from, int target) {
    MethodVisitor mv = e.mv;
    long live = live().liveIn(target) & tracked();
    if (BodyEmitter.isBackward(from, target)) {
      Label leave = e.outOfLine(live, () -> e.leave(live, graph.block(target).start()));
      e.jumpIfPollRequested(leave);
    }
    e.registers.store(e.registers.dirtyAmong(live) & ~bit(RegisterSet.SP));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    e.registers.pushLong(RegisterSet.SP);
    mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(RegisterSet.SP), "J");
    Constants.push(mv, plan.entryNumber(target));
    mv.visitInsn(Opcodes.IRETURN);
  }

  /**
   * Emits the transfer to a block whose entry number is only known when it happens, through the
   * hart: to this region or another one.
   *
   * @param live registers live at the blocks it may go to
   * @param pushNumber pushes the entry number; negative for none
   * @param none where to go then
   * @param poll where to go when the poll flag is up
   */
  void emitDispatch(BodyEmitter e, long live, Runnable pushNumber, Label none, Label poll) {
    MethodVisitor mv = e.mv;
    pushNumber.run();
    mv.visitVarInsn(Opcodes.ISTORE, entryLocal);
    mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    mv.visitJumpInsn(Opcodes.IFLT, none);
    e.jumpIfPollRequested(poll);
    e.registers.store(e.registers.dirtyAmong(live) & ~bit(RegisterSet.SP));
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    e.registers.pushLong(RegisterSet.SP);
    mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(RegisterSet.SP), "J");
    int[] entries = plan.entries(number);
    Label elsewhere = new Label();
    mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    Constants.push(mv, plan.entryNumber(entries[0]));
    mv.visitJumpInsn(Opcodes.IF_ICMPLT, elsewhere);
    mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    Constants.push(mv, plan.entryNumber(entries[0]) + entries.length);
    mv.visitJumpInsn(Opcodes.IF_ICMPGE, elsewhere);
    mv.visitJumpInsn(Opcodes.GOTO, enter);
    mv.visitLabel(elsewhere);
    e.registers.frame(0);
    mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    mv.visitInsn(Opcodes.IRETURN);
  }

  /** Notes an index for {@link #pushEntry}, in a local that all frames declare. */
  void storeEntry(MethodVisitor mv) {
    mv.visitVarInsn(Opcodes.ISTORE, entryLocal);
  }

  /** Pushes what {@link #storeEntry} noted. */
  void pushEntry(MethodVisitor mv) {
    mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
  }
}
