package org.capvm.translator.discover;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;

/**
 * How far the stack pointer is below its value at the function's entry. It tells a tail call
 * through a pointer (the frame is gone) from a computed goto (the frame is there).
 */
final class StackDepth {
  private static final int STACK_POINTER = 2;

  /** The stack pointer was computed in a way that is not followed. */
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final Map<Long, Long> atStart = new HashMap<>();

  /** Follows the flow from the entry; the first way to reach a block decides. */
  StackDepth(FlowGraph graph, long entry) {
    ArrayDeque<Long> work = new ArrayDeque<>();
    atStart.put(entry, 0L);
    work.add(entry);
    while (!work.isEmpty()) {
      BasicBlock block = graph.block(work.poll());
      if (block == null) {
        continue;
      }
      long depth = after(block);
      for (long successor : graph.successors(block.end())) {
        if (atStart.putIfAbsent(successor, depth) == null) {
          work.add(successor);
        }
      }
    }
  }

  /** Whether the frame is gone at the end of a block; false where that is not known. */
  boolean isRestoredAfter(BasicBlock block) {
    return atStart.containsKey(block.start()) && after(block) == 0 || removesFrame(block);
  }

  /** Whether a block ends like an epilogue: nobody makes a frame smaller in order to stay. */
  private static boolean removesFrame(BasicBlock block) {
    boolean removes = false;
    for (Instruction in : block.instructions()) {
      if (FlowGraph.writes(in, STACK_POINTER)) {
        removes = in.opcode() == Opcode.ADDI && in.rs1() == STACK_POINTER && in.immediate() > 0;
      }
    }
    return removes;
  }

  private long after(BasicBlock block) {
    long depth = atStart.get(block.start());
    for (Instruction in : block.instructions()) {
      if (FlowGraph.writes(in, STACK_POINTER)) {
        boolean adjusts = in.opcode() == Opcode.ADDI && in.rs1() == STACK_POINTER;
        depth = adjusts && depth != UNKNOWN ? depth + in.immediate() : UNKNOWN;
      }
    }
    return depth;
  }
}
