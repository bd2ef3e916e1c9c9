package org.capvm.translator.analyse;

import java.util.HashMap;
import java.util.Map;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;

/**
 * What callers need to know about a function. The sets grow until {@link ProgramAnalysis} has
 * reached its fixed point.
 */
public final class FunctionSummary {
  private final FlowGraph graph;
  private StackAnalysis stack;
  private final boolean leaf;

  long modified;

  /**
   * Callee-saved registers that it changes without ever having saved them, or that a callee does.
   */
  long broken;

  long strongLiveIn;
  long liveIn;
  boolean tailCalls;
  boolean enteredWithFrame;
  long demandedResults;

  /** Registers besides the ABI's results that are read behind calls of it. */
  long returned;

  /** Registers outside the ABI's results that may hold at return what unknown code left there. */
  long leftByUnknown;

  /** Of the same registers those that it reads from its entry on, and does not only store. */
  long readAtEntry;

  /** What {@link #leftoversRead(int)} says of each block, or null when all are empty. */
  long[] leftoversRead;

  FunctionSummary(FlowGraph graph) {
    this.graph = graph;
    this.stack = StackAnalysis.of(graph, null, address -> false);
    boolean calls = false;
    for (int b = 0; b < graph.size(); b++) {
      BasicBlock block = graph.block(b);
      calls |=
          !(block.end() instanceof Terminator.FallThrough
              || block.end() instanceof Terminator.Jump
              || block.end() instanceof Terminator.Branch
              || block.end() instanceof Terminator.Return
              || block.end() instanceof Terminator.JumpTable
              || block.end() instanceof Terminator.EnvironmentCall
              || block.end() instanceof Terminator.Trap);
    }
    this.leaf = !calls;
  }

  public FlowGraph graph() {
    return graph;
  }

  /** Registers whose values at return may differ from those at entry. */
  public long modified() {
    return modified;
  }

  /** Registers whose values at entry some instruction of it or of its callees reads. */
  public long strongLiveIn() {
    return strongLiveIn;
  }

  /** {@link #strongLiveIn}, and registers that may be arguments of a callee nobody knows. */
  public long liveIn() {
    return liveIn;
  }

  /** Whether it may return with {@code Hart.tailTarget} set. */
  public boolean tailCalls() {
    return tailCalls;
  }

  /** Whether it is proven to return with the stack pointer it was entered with. */
  public boolean balanced() {
    return stack.balanced();
  }

  StackAnalysis stack() {
    return stack;
  }

  void setStack(StackAnalysis analysis) {
    stack = analysis;
  }

  boolean tailCallsBalanced() {
    return stack.tailCallsBalanced();
  }

  /**
   * Whether some jump enters it with a frame on the stack, as GCC's {@code .cold} parts are: the
   * stack pointer to return with is then a parameter of its own.
   */
  public boolean enteredWithFrame() {
    return enteredWithFrame;
  }

  /** Whether it never calls and never leaves but by returning. */
  public boolean leaf() {
    return leaf;
  }

  /** Callee-saved registers proven to be handed back unchanged. */
  long preserved() {
    return stack.preserved();
  }

  /**
   * Callee-saved registers that it changes, and is proven to hand back unchanged: neither it nor
   * what it jumps to after it has restored them changes them.
   */
  public long saved() {
    if (enteredWithFrame) {
      return RegisterSet.NONE; // Its caller's frame holds what it hands back.
    }
    long defined = RegisterSet.NONE;
    for (int b = 0; b < graph.size(); b++) {
      defined |= graph.definitions(b);
    }
    return defined & RegisterSet.SAVABLE & preserved() & ~broken;
  }

  /** Callee-saved registers that it is not proven to hand back unchanged; sp is none of them. */
  public long notHandedBack() {
    return modified & RegisterSet.CALLEE_SAVED & ~RegisterSet.bit(RegisterSet.SP);
  }

  /** Whether it may change registers that the ABI makes it preserve. */
  public boolean mayBreakAbi() {
    return notHandedBack() != 0;
  }

  /**
   * Registers that are read behind the call at the end of a block although the ABI gives them to
   * callees, and that code nobody knows may have left something in: see {@link Leftovers}.
   */
  public long leftoversRead(int block) {
    return leftoversRead == null ? RegisterSet.NONE : leftoversRead[block];
  }

  /** {@link #leftoversRead(int)} by the link-time address behind the call, where there are any. */
  public Map<Long, Long> exactCalls() {
    if (leftoversRead == null) {
      return Map.of();
    }
    Map<Long, Long> calls = new HashMap<>();
    for (int b = 0; b < leftoversRead.length; b++) {
      if (leftoversRead[b] != 0) {
        calls.put(graph.block(b).limit(), leftoversRead[b]);
      }
    }
    return calls;
  }

  /** Which of a0 and fa0 direct callers read after the call. */
  public long demandedResults() {
    return demandedResults;
  }
}
