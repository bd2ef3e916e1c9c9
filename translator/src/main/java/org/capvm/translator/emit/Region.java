package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.discover.Terminator;
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
  private final Map<Long, Label> switches = new HashMap<>();
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
    switches.clear(); // of a trial that measured the size
    int[] entries = plan.entries(number);
    Label[] labels = new Label[entries.length];
    int[] keys = new int[entries.length];
    for (int k = 0; k < entries.length; k++) {
      labels[k] = new Label();
      keys[k] = plan.entryNumber(entries[k]);
    }
    e.mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    e.mv.visitTableSwitchInsn(keys[0], keys[0] + keys.length - 1, labels[0], labels);
    for (int k = 0; k < entries.length; k++) {
      e.mv.visitLabel(labels[k]);
      e.registers.frame(0);
      e.registers.narrow = 0;
      e.registers.held = bit(RegisterSet.SP);
      e.registers.narrowWhenLoaded = 0;
      e.registers.load(heldAtStart(entries[k]) & ~bit(RegisterSet.SP));
      e.mv.visitJumpInsn(Opcodes.GOTO, e.label(entries[k]));
    }
    for (int b = first(); b >= 0; b = next(b)) {
      if (Dispatch.isDispatched(graph.block(b))) {
        long behind = liveBehind(b);
        if (!switches.containsKey(behind)) {
          switches.put(behind, new Label());
          emitSwitch(e, behind);
        }
      }
    }
  }

  private long liveBehind(int b) {
    return live().liveOut(b) & tracked();
  }

  /**
   * Emits where computed gotos of this region go, with the number of the entry in its local: to
   * blocks of this region with registers in locals, else away. At the start of the method, because
   * HotSpot counts the iterations of a loop at its backward jumps, and takes no switch for one.
   *
   * @param behind registers live at the blocks
   */
  private void emitSwitch(BodyEmitter e, long behind) {
    MethodVisitor mv = e.mv;
    BitSet targets = new BitSet();
    for (int b = first(); b >= 0; b = next(b)) {
      if (Dispatch.isDispatched(graph.block(b)) && liveBehind(b) == behind) {
        for (int s : graph.successors(b)) {
          targets.set(s);
        }
      }
    }
    mv.visitLabel(switches.get(behind));
    e.registers.narrow = 0;
    e.registers.dirty = dirtyBehind(behind);
    e.registers.held = heldBehind(behind);
    e.registers.frame(behind);
    Label elsewhere = new Label();
    int[] entries = plan.entries(number);
    Label[] labels = new Label[entries.length];
    for (int k = 0; k < entries.length; k++) {
      labels[k] = targets.get(entries[k]) ? e.label(entries[k]) : elsewhere;
    }
    int lowest = plan.entryNumber(entries[0]);
    mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    mv.visitTableSwitchInsn(lowest, lowest + entries.length - 1, elsewhere, labels);
    mv.visitLabel(elsewhere);
    e.registers.frame(behind);
    emitLeaveToEntry(e, behind);
  }

  /** Registers that may be dirty where computed gotos meet that have the same live behind them. */
  private long dirtyBehind(long behind) {
    long dirty = 0;
    for (int b = first(); b >= 0; b = next(b)) {
      if (Dispatch.isDispatched(graph.block(b)) && liveBehind(b) == behind) {
        dirty |= writeBacks().dirtyBehind(b);
      }
    }
    return dirty & behind;
  }

  /** Registers that have locals where those computed gotos meet. */
  private long heldBehind(long behind) {
    long held = dirtyBehind(behind) | bit(RegisterSet.SP);
    for (int b = first(); b >= 0; b = next(b)) {
      if (Dispatch.isDispatched(graph.block(b)) && liveBehind(b) == behind) {
        for (int s : graph.successors(b)) {
          held |= contains(s) ? heldAtStart(s) : 0;
        }
      }
    }
    return held;
  }

  /** Leaves to another region, at the entry whose number is in its local. */
  private void emitLeaveToEntry(BodyEmitter e, long behind) {
    emitStore(e, behind);
    e.mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    e.mv.visitInsn(Opcodes.IRETURN);
  }

  private static void emitStore(BodyEmitter e, long live) {
    e.registers.store(e.registers.dirtyAmong(live) & ~bit(RegisterSet.SP));
    e.mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    e.registers.pushLong(RegisterSet.SP);
    e.mv.visitFieldInsn(Opcodes.PUTFIELD, Names.HART, Names.field(RegisterSet.SP), "J");
  }

  @Override
  long savedByCaller() {
    return RegisterSet.NONE;
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
    if (e.isBackward(from, target)) {
      Label leave = e.outOfLine(live, () -> e.leave(live, graph.block(target).start()));
      e.jumpIfPollRequested(leave);
    }
    emitStore(e, live);
    Constants.push(mv, plan.entryNumber(target));
    mv.visitInsn(Opcodes.IRETURN);
  }

  /**
   * Emits a computed goto, to this region or another one.
   *
   * @param pushTarget pushes the address
   * @param none where to go when it is no known label
   * @param poll where to go when the poll flag is up
   */
  void emitComputedGoto(BodyEmitter e, int b, Runnable pushTarget, Label none, Label poll) {
    SortedMap<Long, Integer> entries = Dispatch.entries(graph, plan, b);
    if (entries.isEmpty()) {
      e.mv.visitJumpInsn(Opcodes.GOTO, none);
      return;
    }
    Dispatch.emitLookup(e.mv, pushTarget, entries, file.bias);
    e.mv.visitVarInsn(Opcodes.ISTORE, entryLocal);
    e.mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    e.mv.visitJumpInsn(Opcodes.IFLT, none);
    e.jumpIfPollRequested(poll);
    e.registers.load(heldBehind(liveBehind(b)) & ~e.registers.held);
    e.mv.visitJumpInsn(Opcodes.GOTO, switches.get(liveBehind(b)));
  }

  /** Whether a jump table leads to other regions; then {@link #storeEntry} notes its index. */
  boolean leavesByTable(int b, Terminator.JumpTable table) {
    return !Dispatch.entriesElsewhere(graph, plan, b, table).isEmpty();
  }

  /**
   * Emits the way out to other regions from a jump table.
   *
   * @param poll where to go when the poll flag is up
   */
  void emitTableExit(BodyEmitter e, int b, Terminator.JumpTable table, Label poll) {
    e.jumpIfPollRequested(poll);
    e.mv.visitVarInsn(Opcodes.ILOAD, entryLocal);
    Dispatch.emitLookup(e.mv, Dispatch.entriesElsewhere(graph, plan, b, table));
    e.mv.visitVarInsn(Opcodes.ISTORE, entryLocal);
    emitLeaveToEntry(e, liveBehind(b));
  }

  /** Notes the index of a jump table's entry in the local that all frames declare. */
  void storeEntry(MethodVisitor mv) {
    mv.visitVarInsn(Opcodes.ISTORE, entryLocal);
  }
}
