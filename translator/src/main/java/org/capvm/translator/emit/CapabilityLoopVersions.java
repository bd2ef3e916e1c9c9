package org.capvm.translator.emit;

import static org.capvm.translator.emit.CapabilityLocals.CAPABILITY;
import static org.capvm.translator.emit.CapabilityLocals.CAPABILITY_TYPE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.runtime.memory.AuthorisedRange;
import org.capvm.translator.analyse.CapabilityLoop;
import org.capvm.translator.analyse.CapabilityLoop.Range;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The second version of loops with capabilities that walk through memory: without checks of
 * authority and polls, in chunks, as {@link LoopVersions} has it.
 *
 * <p>The head of such a loop becomes
 *
 * <pre>
 * head:    if (poll requested) leave
 *          n = the most that a check serves
 *          n = capability.loadSteps(first, span, stride, n)                   for each range
 *          n = capability.moveSteps(first, span, stride, n)                   for each pointer
 *          base = AuthorisedRange.loads(capability, first, n, span, stride)   for each range
 *          if (base == 0) goto refused                                        for each range
 *          i = 0
 *          if (i &gt;= n) goto refused
 * chunk:   the blocks; accesses are InRangeMemory.load(base, i * stride + offset)
 * latch:   i++
 *          if (i &gt;= n) goto head
 *          goto chunk
 * refused: countdown = a chunk
 * checked: the blocks as in any other loop; where the countdown ends, control goes to head
 * </pre>
 *
 * <p>What is asked is not the value of a register but what it holds besides its address, which the
 * loop leaves as it is, or DDC. In a chunk an instruction that moves a capability's address to
 * where {@code moveSteps} has found nothing else to change is an addition. Every other instruction
 * is what it is elsewhere, exceptions included.
 */
final class CapabilityLoopVersions {
  private static final String RANGE = "org/capvm/runtime/memory/AuthorisedRange";

  /**
   * Iterations of the checked version before another look: one that begins where a chunk cannot
   * reaches what is behind.
   */
  private static final int CHECKED_ITERATIONS = AuthorisedRange.MOST_STEPS;

  /** What the versions need of the emitter of the method. */
  interface Body {
    /** Emits a frame at a label, and forgets what is known of the code before. */
    void enter();

    /** Emits the instructions of a block, and goes on. */
    void emitInstructions(int b);

    /** Emits a jump if the poll flag is set, to the way out at a block. */
    void leaveIfPollRequested(int b);

    /** The label of a block. */
    Label label(int b);
  }

  private final MethodVisitor mv;
  private final RegisterLocals registers;
  private final CapabilityLocals capabilities;
  private final CapabilityAccessEmitter accesses;
  private final int window;
  private final int countdown;
  private final Map<Integer, CapabilityLoop> byHead = new HashMap<>();
  private final Map<Integer, Label> checkedHeads = new HashMap<>();
  private final List<Integer> bases = new ArrayList<>();
  private int counter = -1;
  private int steps;

  /** The loop whose version without checks is being emitted, or null. */
  private CapabilityLoop current;

  private final Map<Integer, Label> chunkLabels = new HashMap<>();
  private Label latch;

  /**
   * @param window the local with the window
   * @param countdown the local with the iterations until the next poll
   */
  CapabilityLoopVersions(
      MethodVisitor mv,
      RegisterLocals registers,
      CapabilityLocals capabilities,
      CapabilityAccessEmitter accesses,
      int window,
      int countdown,
      List<CapabilityLoop> loops) {
    this.mv = mv;
    this.registers = registers;
    this.capabilities = capabilities;
    this.accesses = accesses;
    this.window = window;
    this.countdown = countdown;
    for (CapabilityLoop loop : loops) {
      byHead.put(loop.head(), loop);
      checkedHeads.put(loop.head(), new Label());
    }
  }

  /** Whether a block is the head of a loop with two versions. */
  boolean isHead(int b) {
    return byHead.containsKey(b);
  }

  /** Whether the version without checks of some loop is being emitted. */
  boolean isChunk() {
    return current != null;
  }

  /** The label of a block for control that stays in the version without checks; null elsewhere. */
  Label chunkLabel(int to) {
    if (current == null || !current.contains(to)) {
      return null;
    }
    return to == current.head() ? latch : chunkLabels.get(to);
  }

  /** Whether the version without checks goes on with a block behind another. */
  boolean falls(int from, int to) {
    int next = current.blocks().indexOf(from) + 1;
    return next == current.blocks().size()
        ? to == current.head()
        : to == current.blocks().get(next);
  }

  /** The head of the checked version for control that stays in it; null elsewhere. */
  Label checkedHead(int from, int to) {
    CapabilityLoop loop = current == null ? byHead.get(to) : null;
    return loop != null && loop.contains(from) ? checkedHeads.get(to) : null;
  }

  /** Where the access of the instruction at an address goes; null if it has to be checked. */
  InRangePlace place(long address) {
    CapabilityLoop.Access access = current == null ? null : current.access(address);
    if (access == null) {
      return null;
    }
    long stride = current.ranges().get(access.range()).stride();
    return new InRangePlace(bases.get(access.range()), access.offset(), stride, counter, true);
  }

  /** Whether the instruction at an address is known to change nothing but an address. */
  boolean isPlainMove(long address) {
    return current != null && current.isMove(address);
  }

  /** Emits a head, behind its label, and the version without checks, up to the checked one. */
  void emit(int head, Body body) {
    CapabilityLoop loop = byHead.get(head);
    Label refused = new Label();
    reserveLocals(loop);
    body.leaveIfPollRequested(head);
    Constants.push(mv, AuthorisedRange.MOST_STEPS);
    mv.visitVarInsn(Opcodes.ISTORE, steps);
    for (int r = 0; r < loop.ranges().size(); r++) {
      count(loop.ranges().get(r), loop.isStored(r) ? "storeSteps" : "loadSteps");
    }
    for (Range moves : loop.moveRanges()) {
      count(moves, "moveSteps");
    }
    for (int r = 0; r < loop.ranges().size(); r++) {
      check(loop.ranges().get(r), loop.isStored(r), bases.get(r), refused);
    }
    mv.visitInsn(Opcodes.ICONST_0);
    mv.visitVarInsn(Opcodes.ISTORE, counter);
    mv.visitVarInsn(Opcodes.ILOAD, counter);
    mv.visitVarInsn(Opcodes.ILOAD, steps);
    mv.visitJumpInsn(Opcodes.IF_ICMPGE, refused);
    declareLocals(loop);
    emitChunk(loop, body);
    mv.visitIincInsn(counter, 1);
    mv.visitVarInsn(Opcodes.ILOAD, counter);
    mv.visitVarInsn(Opcodes.ILOAD, steps);
    mv.visitJumpInsn(Opcodes.IF_ICMPGE, body.label(head));
    mv.visitJumpInsn(Opcodes.GOTO, chunkLabels.get(head));
    registers.clearScoped();
    mv.visitLabel(refused);
    body.enter();
    Constants.push(mv, CHECKED_ITERATIONS);
    mv.visitVarInsn(Opcodes.ISTORE, countdown);
    mv.visitLabel(checkedHeads.get(head));
    body.enter();
  }

  private void reserveLocals(CapabilityLoop loop) {
    while (bases.size() < loop.ranges().size()) {
      bases.add(registers.scratch(Opcodes.LONG));
    }
    if (counter < 0) {
      counter = registers.scratch(Opcodes.INTEGER);
      steps = registers.scratch(Opcodes.INTEGER);
    }
  }

  private void declareLocals(CapabilityLoop loop) {
    registers.declare(counter, Opcodes.INTEGER);
    registers.declare(steps, Opcodes.INTEGER);
    for (int r = 0; r < loop.ranges().size(); r++) {
      registers.declare(bases.get(r), Opcodes.LONG);
    }
  }

  /** Emits how many steps a capability allows, at most as many as before. */
  private void count(Range range, String method) {
    pushPlace(range);
    Constants.push(mv, range.span());
    Constants.push(mv, range.stride());
    mv.visitVarInsn(Opcodes.ILOAD, steps);
    mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, CAPABILITY, method, "(JJJI)I", false);
    mv.visitVarInsn(Opcodes.ISTORE, steps);
  }

  private void check(Range range, boolean stores, int base, Label refused) {
    pushPlace(range);
    mv.visitVarInsn(Opcodes.ILOAD, steps);
    Constants.push(mv, range.span());
    Constants.push(mv, range.stride());
    mv.visitVarInsn(Opcodes.ALOAD, window);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        RANGE,
        stores ? "stores" : "loads",
        "(" + CAPABILITY_TYPE + "JIJJ" + Names.WINDOW_TYPE + ")J",
        false);
    mv.visitVarInsn(Opcodes.LSTORE, base);
    mv.visitVarInsn(Opcodes.LLOAD, base);
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(Opcodes.IFEQ, refused);
  }

  /** Pushes what authorises a range, and its first address. */
  private void pushPlace(Range range) {
    if (range.authority() == 0) {
      capabilities.pushDdc();
    } else {
      capabilities.pushHeld(range.authority());
    }
    registers.push(range.first());
    if (range.authority() == 0) {
      accesses.relocate();
    }
  }

  private void emitChunk(CapabilityLoop loop, Body body) {
    current = loop;
    latch = new Label();
    chunkLabels.clear();
    for (int b : loop.blocks()) {
      chunkLabels.put(b, new Label());
    }
    for (int b : loop.blocks()) {
      mv.visitLabel(chunkLabels.get(b));
      body.enter();
      body.emitInstructions(b);
    }
    mv.visitLabel(latch);
    body.enter();
    current = null;
  }
}
