package org.capvm.translator.analyse;

import org.capvm.translator.discover.Terminator;

/**
 * Registers that nothing known reads, but a label that discovery missed might: a computed goto may
 * go to any address of the function. They need not stay in locals, but the hart must have them.
 */
public final class UnknownLabels {
  private final FlowGraph graph;
  private final Liveness live;

  /** What may be read from the end of a block on; null when the function has no computed goto. */
  private final long[] atEnd;

  /**
   * Solves the equations.
   *
   * @param live the weak liveness of the function
   */
  public UnknownLabels(FlowGraph graph, ProgramAnalysis program, Liveness live) {
    this.graph = graph;
    this.live = live;
    boolean any = false;
    for (int b = 0; b < graph.size(); b++) {
      any |= leads(b);
    }
    this.atEnd = any ? solve(program) : null;
  }

  /** Whether a block ends in a jump to labels that need not all be known. */
  private boolean leads(int b) {
    return graph.block(b).end() instanceof Terminator.ComputedGoto && !graph.mayTailJump(b);
  }

  private long[] solve(ProgramAnalysis program) {
    long[] end = new long[graph.size()];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int b = graph.size() - 1; b >= 0; b--) {
        long now = leads(b) ? RegisterSet.ALL : 0;
        for (int s : graph.successors(b)) {
          now |= end[s] & ~graph.definitions(s);
        }
        now &= ~overwritten(program, b);
        changed |= now != end[b];
        end[b] = now;
      }
    }
    return end;
  }

  /** Registers whose values do not survive what happens at the end of a block. */
  private long overwritten(ProgramAnalysis program, int b) {
    return switch (graph.block(b).end()) {
      case Terminator.Call(long target, long returnTo) ->
          ProgramAnalysis.modifiedByCall(program.at(target)) & RegisterSet.CALLER_SAVED;
      case Terminator.CallIndirect c -> RegisterSet.CALLER_SAVED;
      default -> 0;
    };
  }

  /** What may be read of the registers as they are at the end of a block's body. */
  public long atEnd(int b) {
    return atEnd == null ? 0 : atEnd[b] & ~RegisterSet.bit(RegisterSet.SP);
  }

  /** What may be read of the registers as they are at the start of a block, but is not live. */
  public long atStart(int b) {
    return atEnd(b) & ~graph.definitions(b) & ~live.liveIn(b);
  }
}
