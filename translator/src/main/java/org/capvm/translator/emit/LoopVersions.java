package org.capvm.translator.emit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.translator.analyse.StridedLoop;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The second version of loops that walk through memory: without bounds checks and polls, in chunks.
 *
 * <p>The head of such a loop becomes
 *
 * <pre>
 * head:    if (poll requested) leave
 *          base = InRangeMemory.host(window, first, length)   for each range
 *          if (base == 0) goto checked                        for each range
 *          i = 0
 * chunk:   the blocks; accesses are InRangeMemory.load(base, i * stride + offset)
 * latch:   i++
 *          if (i &gt;= CHUNK) goto head
 *          goto chunk
 * checked: the blocks as in any other loop
 * </pre>
 *
 * and jumps to the head from outside the loop go to {@code head}, those from inside to the latch or
 * to {@code checked}. C2 sees a counted int loop, which it unrolls, and bases that do not change.
 * Nothing can fault in a chunk but accesses that kept their check; where a range does not fit, the
 * checked version faults at the very access that does not.
 *
 * <p>Loads are plain: another thread's store is seen after a chunk at the latest, where the look at
 * the poll flag keeps the JVM from carrying values over.
 */
final class LoopVersions {
  private final BodyEmitter e;
  private final MethodVisitor mv;
  private final Map<Integer, StridedLoop> byHead = new HashMap<>();
  private final Map<Integer, Label> checkedHeads = new HashMap<>();
  private final BitSet jumpTargets = new BitSet();
  private final List<Integer> bases = new ArrayList<>();
  private int counter = -1;

  /** The loop whose version without checks is being emitted, or null. */
  private StridedLoop current;

  private final Map<Integer, Label> chunkLabels = new HashMap<>();
  private Label latch;

  LoopVersions(BodyEmitter emitter, List<StridedLoop> loops) {
    this.e = emitter;
    this.mv = emitter.mv;
    for (StridedLoop loop : loops) {
      byHead.put(loop.head(), loop);
      checkedHeads.put(loop.head(), new Label());
      jumpTargets.set(loop.head());
      for (int b : loop.blocks()) {
        for (int s : e.graph.successors(b)) {
          if (!loop.contains(s)) {
            jumpTargets.set(s);
          }
        }
      }
    }
  }

  /** Whether the versions make a block need a stack map frame: heads, and where loops end. */
  boolean isJumpTarget(int b) {
    return jumpTargets.get(b);
  }

  /** Whether a block of the method is the head of a loop with two versions. */
  boolean isHead(int b) {
    return byHead.containsKey(b);
  }

  /** Whether control going to a block stays in the version without checks, now being emitted. */
  boolean inChunk(int to) {
    return current != null && current.contains(to);
  }

  /** The label for control that goes from a block to another; null for the one of other blocks. */
  Label label(int from, int to) {
    if (inChunk(to)) {
      return to == current.head() ? latch : chunkLabels.get(to);
    }
    StridedLoop loop = byHead.get(to);
    return loop != null && loop.contains(from) ? checkedHeads.get(to) : null;
  }

  /** Whether the code of a block is followed by the one that control goes on with at another. */
  boolean falls(int from, int to) {
    if (current != null) {
      int next = current.blocks().indexOf(from) + 1;
      return next == current.blocks().size()
          ? to == current.head()
          : to == current.blocks().get(next);
    }
    StridedLoop loop = byHead.get(to);
    return to == e.blocks.next(from) && (loop == null || !loop.contains(from));
  }

  /** Where the access at a link-time address goes; null if it has to be checked. */
  InRangePlace place(long address) {
    StridedLoop.Access access = current == null ? null : current.access(address);
    if (access == null) {
      return null;
    }
    long stride = current.ranges().get(access.range()).stride();
    boolean tagFree = findsTags(current, access.range());
    return new InRangePlace(bases.get(access.range()), access.offset(), stride, counter, tagFree);
  }

  /** Whether the check of a range also asks for tags: stores go there that have to clear them. */
  private boolean findsTags(StridedLoop loop, int range) {
    return e.file.clearsTags() && loop.isStored(range);
  }

  /** Emits the head of a loop and its version without checks, up to the checked version's label. */
  void emit(int head) {
    StridedLoop loop = byHead.get(head);
    reserveLocals(loop);
    Label again = e.label(head);
    mv.visitLabel(again);
    e.startBlock(head);
    e.frame(head);
    long live = e.liveIn(head);
    long address = e.graph.block(head).start();
    e.jumpIfPollRequested(e.outOfLine(live, () -> e.leave(live, address)));
    for (int r = 0; r < loop.ranges().size(); r++) {
      emitRangeCheck(loop, r, checkedHeads.get(head));
    }
    mv.visitInsn(Opcodes.ICONST_0);
    mv.visitVarInsn(Opcodes.ISTORE, counter);
    declareLocals(loop);
    emitChunk(loop);
    mv.visitIincInsn(counter, 1);
    mv.visitVarInsn(Opcodes.ILOAD, counter);
    Constants.push(mv, StridedLoop.CHUNK);
    mv.visitJumpInsn(Opcodes.IF_ICMPGE, again);
    mv.visitJumpInsn(Opcodes.GOTO, chunkLabels.get(head));
    e.registers.clearScoped();
    mv.visitLabel(checkedHeads.get(head));
  }

  private void reserveLocals(StridedLoop loop) {
    while (bases.size() < loop.ranges().size()) {
      bases.add(e.registers.scratch(Opcodes.LONG));
    }
    if (counter < 0) {
      counter = e.registers.scratch(Opcodes.INTEGER);
    }
  }

  private void declareLocals(StridedLoop loop) {
    e.registers.declare(counter, Opcodes.INTEGER);
    for (int r = 0; r < loop.ranges().size(); r++) {
      e.registers.declare(bases.get(r), Opcodes.LONG);
    }
  }

  private void emitRangeCheck(StridedLoop loop, int r, Label checked) {
    StridedLoop.Range range = loop.ranges().get(r);
    int base = bases.get(r);
    boolean tags = findsTags(loop, r);
    e.memory.pushWindow();
    e.registers.push(range.first());
    Constants.push(mv, range.length());
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        tags ? Names.TAG_CLEARING_IN_RANGE : Names.IN_RANGE_MEMORY,
        tags ? "hostWithoutTags" : "host",
        "(" + Names.WINDOW_TYPE + "JJ)J",
        false);
    mv.visitVarInsn(Opcodes.LSTORE, base);
    mv.visitVarInsn(Opcodes.LLOAD, base);
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(Opcodes.IFEQ, checked);
  }

  private void emitChunk(StridedLoop loop) {
    current = loop;
    latch = new Label();
    chunkLabels.clear();
    for (int b : loop.blocks()) {
      chunkLabels.put(b, new Label());
    }
    for (int b : loop.blocks()) {
      mv.visitLabel(chunkLabels.get(b));
      e.startBlock(b);
      e.frame(b);
      e.emitInstructions(b);
    }
    mv.visitLabel(latch);
    e.startBlock(loop.head());
    e.frame(loop.head());
    current = null;
  }
}
