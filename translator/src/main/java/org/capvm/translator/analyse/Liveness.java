package org.capvm.translator.analyse;

import org.capvm.translator.discover.Terminator;

/**
 * Live registers at the borders of the blocks of a function.
 *
 * <p>Two readings of "live" exist. In the strong one, a register is live when some instruction will
 * read it. In the weak one it is also live when code nobody knows might: argument registers at an
 * indirect call, result registers at a return, every register at a trap. (Where the callers are
 * known, they tell what else they take for a result: see {@code FunctionSummary.returned}.) Narrow
 * signatures carry what is strongly live; the rest of the weakly live registers travel in the hart,
 * and only when somebody has written them.
 */
public final class Liveness {
  private final FlowGraph graph;
  private final ProgramAnalysis program;
  private final boolean strong;
  private final long returned;
  private final FunctionSummary summary;
  private final long[] liveIn;
  private final long[] liveOut;

  /**
   * Solves the equations.
   *
   * @param program summaries of callees
   * @param strong which reading
   */
  public Liveness(FlowGraph graph, ProgramAnalysis program, boolean strong) {
    this.graph = graph;
    this.program = program;
    this.strong = strong;
    this.summary = program.at(graph.function().entry());
    this.returned = summary == null ? RegisterSet.CALLER_SAVED : summary.returned;
    this.liveIn = new long[graph.size()];
    this.liveOut = new long[graph.size()];
    solve();
  }

  /** Live before the first instruction of a block. */
  public long liveIn(int b) {
    return liveIn[b];
  }

  /** Live where control arrives after a block: at its successors, behind its call. */
  public long liveOut(int b) {
    return liveOut[b];
  }

  private void solve() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int b = graph.size() - 1; b >= 0; b--) {
        long out = 0;
        for (int s : graph.successors(b)) {
          out |= liveIn[s];
        }
        liveOut[b] = out;
        long uses = strong ? graph.strongUses(b) : graph.uses(b);
        long in = uses | (beforeTerminator(b, out) & ~graph.definitions(b));
        if (in != liveIn[b]) {
          liveIn[b] = in;
          changed = true;
        }
      }
    }
  }

  /** Live just before control leaves a block, its last instruction's own reads excluded. */
  public long beforeTerminator(int b, long out) {
    long live =
        switch (graph.block(b).end()) {
          case Terminator.Call(long target, long returnTo) -> {
            FunctionSummary callee = program.at(target);
            long killed =
                ProgramAnalysis.modifiedByCall(callee) & RegisterSet.CALLER_SAVED & ~mayBeKept(b);
            long after =
                graph.blockAt(returnTo) < 0 || graph.neverReturns(b) ? RegisterSet.NONE : out;
            yield (after & ~killed) | callUses(callee);
          }
          case Terminator.CallIndirect(long returnTo) -> {
            long after = graph.blockAt(returnTo) < 0 ? RegisterSet.NONE : out;
            yield (after & ~(RegisterSet.CALLER_SAVED & ~mayBeKept(b))) | callUses(null);
          }
          case Terminator.Return r ->
              RegisterSet.CALLEE_SAVED
                  | RegisterSet.bit(RegisterSet.RA)
                  | returned
                  | (strong ? 0 : RegisterSet.RESULTS);
          case Terminator.JumpIndirect j ->
              strong ? RegisterSet.CALLEE_SAVED | RegisterSet.bit(RegisterSet.RA) : RegisterSet.ALL;
          case Terminator.ComputedGoto c -> graph.mayTailJump(b) ? out | all() : out;
          case Terminator.EnvironmentCall(long next) -> strong ? out : RegisterSet.ALL;
          case Terminator.AlternateLink a -> all();
          case Terminator.Trap t -> all();
          default -> out;
        };
    for (long target : graph.exits(b)) {
      live |= jumpUses(program.at(target)) | returned;
    }
    return live | RegisterSet.bit(RegisterSet.SP);
  }

  /**
   * Registers that are read behind a call of unknown code because it changes them, or because it
   * does not: who reads them finds them in the hart.
   */
  private long mayBeKept(int b) {
    return strong || summary == null ? RegisterSet.NONE : summary.leftoversRead(b);
  }

  private long all() {
    return strong ? RegisterSet.CALLEE_SAVED | RegisterSet.bit(RegisterSet.RA) : RegisterSet.ALL;
  }

  /**
   * Registers that a call reads. The callee's saving of a register is not a reading of it in the
   * strong sense; in the weak one it is, because an exception may unwind to code of this function
   * that no branch leads to.
   */
  private long callUses(FunctionSummary callee) {
    long always = strong ? RegisterSet.bit(RegisterSet.SP) : RegisterSet.CALLEE_SAVED;
    if (callee == null) {
      return strong ? always : always | RegisterSet.ARGUMENTS;
    }
    long used = strong ? callee.strongLiveIn() : callee.liveIn();
    return always | (used & ~RegisterSet.CALLEE_SAVED & ~RegisterSet.bit(RegisterSet.RA));
  }

  /** Registers that a jump out of the function reads: nothing is restored on the way. */
  private long jumpUses(FunctionSummary callee) {
    if (callee == null) {
      return all();
    }
    long used = strong ? callee.strongLiveIn() : callee.liveIn();
    return used | RegisterSet.CALLEE_SAVED | (strong ? 0 : RegisterSet.RESULTS);
  }
}
