package org.capvm.translator.analyse;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.Terminator;

/**
 * Finds the calls behind which a function reads what code nobody knows left in registers of which
 * the ABI says that nobody looks there: hand-written code, which knows what is behind its pointers.
 * Compilers make none, but calls that never return seem to lead to whatever lies behind them.
 *
 * <p>Unknown code is what is called through a pointer or in another file, at any depth of a callee.
 * Read is what an instruction of the function reads, or one of its direct callees from its entry
 * on. Two readings do not count. A callee's that only stores the register, as those with a variable
 * number of arguments do with all that might be one. And those behind a computed goto, because most
 * of its labels are not where it goes from there.
 */
final class Leftovers {
  /** Registers of which the ABI says that nobody reads them behind a call. */
  private static final long OUTSIDE_ABI =
      RegisterSet.CALLER_SAVED & ~RegisterSet.RESULTS & ~RegisterSet.bit(RegisterSet.RA);

  private final ProgramAnalysis program;
  private final Map<Long, Long> known;

  private Leftovers(ProgramAnalysis program, Map<Long, Long> known) {
    this.program = program;
    this.known = known;
  }

  /**
   * Sets the leftovers of functions. What they change must be known.
   *
   * @param known leftovers that somebody found before, see {@link FunctionSummary#exactCalls}
   */
  static void find(ProgramAnalysis program, Map<Long, Long> known) {
    new Leftovers(program, known).find();
  }

  private void find() {
    solve(program.summaries().reversed(), this::findReadAtEntry);
    solve(program.summaries(), this::findLeft);
    for (FunctionSummary f : program.summaries()) {
      f.leftoversRead = findReadBehindCalls(f);
    }
  }

  /** A step towards a fixed point: whether what is known of a function has changed. */
  private interface Step {
    boolean changes(FunctionSummary f);
  }

  private void solve(Collection<FunctionSummary> functions, Step step) {
    ArrayDeque<FunctionSummary> work = new ArrayDeque<>(functions);
    Set<FunctionSummary> queued = new HashSet<>(functions);
    while (!work.isEmpty()) {
      FunctionSummary f = work.poll();
      queued.remove(f);
      if (step.changes(f)) {
        program.usersOf(f).stream().filter(queued::add).forEach(work::add);
      }
    }
  }

  // What is read ---------------------------------------------------------------------------------

  private boolean findReadAtEntry(FunctionSummary f) {
    FlowGraph graph = f.graph();
    long[] uses = new long[graph.size()];
    for (int b = 0; b < graph.size(); b++) {
      uses[b] = usesButStores(graph, b);
    }
    long read = solveReads(graph, uses)[graph.entry()];
    boolean changed = read != f.readAtEntry;
    f.readAtEntry = read;
    return changed;
  }

  /** What a block reads before it writes it, without the values that it stores. */
  private static long usesButStores(FlowGraph graph, int b) {
    long uses = RegisterSet.NONE;
    long defined = RegisterSet.NONE;
    for (Instruction i : graph.block(b).instructions()) {
      long read =
          switch (i.opcode()) {
            case SD, FSD -> RegisterSet.bit(i.rs1());
            default -> Effects.certainUses(i);
          };
      uses |= read & ~defined;
      defined |= Effects.defines(i);
    }
    return uses;
  }

  /** What is read from the start of each block on. */
  private long[] solveReads(FlowGraph graph, long[] uses) {
    long[] in = new long[graph.size()];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int b = graph.size() - 1; b >= 0; b--) {
        long live = beforeTerminator(graph, b, readBehind(graph, b, in));
        long now = (uses[b] | live & ~graph.definitions(b)) & OUTSIDE_ABI;
        changed |= now != in[b];
        in[b] = now;
      }
    }
    return in;
  }

  private static long readBehind(FlowGraph graph, int b, long[] in) {
    long read = RegisterSet.NONE;
    if (!(graph.block(b).end() instanceof Terminator.ComputedGoto)) {
      for (int s : graph.successors(b)) {
        read |= in[s];
      }
    }
    return read;
  }

  private long beforeTerminator(FlowGraph graph, int b, long behind) {
    long read =
        switch (graph.block(b).end()) {
          case Terminator.Call(long target, long returnTo) -> {
            FunctionSummary callee = program.at(target);
            yield behind & ~ProgramAnalysis.modifiedByCall(callee)
                | (callee == null ? RegisterSet.NONE : callee.readAtEntry);
          }
          case Terminator.CallIndirect c -> behind & ~RegisterSet.CALLER_SAVED;
          default -> behind;
        };
    for (long target : graph.exits(b)) {
      FunctionSummary callee = program.at(target);
      read |= callee == null ? RegisterSet.NONE : callee.readAtEntry;
    }
    return read;
  }

  // What is left ---------------------------------------------------------------------------------

  /** Registers that may hold at a function's return what unknown code left there. */
  private boolean findLeft(FunctionSummary f) {
    FlowGraph graph = f.graph();
    long[] in = new long[graph.size()];
    boolean[] seen = new boolean[graph.size()];
    ArrayDeque<Integer> work = new ArrayDeque<>();
    work.add(graph.entry());
    seen[graph.entry()] = true;
    long left = RegisterSet.NONE;
    while (!work.isEmpty()) {
      int b = work.remove();
      long now = in[b] & ~graph.definitions(b) | leftByTerminator(graph, b);
      if (leaves(graph, b)) {
        left |= now;
      }
      for (long target : graph.exits(b)) {
        left |= now | leftBy(program.at(target));
      }
      for (int s : graph.successors(b)) {
        if (!seen[s] || (now & ~in[s]) != 0) {
          seen[s] = true;
          in[s] |= now;
          work.add(s);
        }
      }
    }
    boolean changed = left != f.leftByUnknown;
    f.leftByUnknown = left;
    return changed;
  }

  private long leftByTerminator(FlowGraph graph, int b) {
    return switch (graph.block(b).end()) {
      case Terminator.Call(long target, long returnTo) -> leftBy(program.at(target));
      case Terminator.CallIndirect c -> OUTSIDE_ABI;
      case Terminator.JumpIndirect j -> OUTSIDE_ABI;
      case Terminator.AlternateLink a -> OUTSIDE_ABI;
      case Terminator.ComputedGoto c -> graph.mayTailJump(b) ? OUTSIDE_ABI : RegisterSet.NONE;
      default -> RegisterSet.NONE;
    };
  }

  private static long leftBy(FunctionSummary callee) {
    return callee == null ? OUTSIDE_ABI : callee.leftByUnknown;
  }

  private static boolean leaves(FlowGraph graph, int b) {
    return switch (graph.block(b).end()) {
      case Terminator.Return r -> true;
      case Terminator.JumpIndirect j -> true;
      case Terminator.AlternateLink a -> true;
      case Terminator.ComputedGoto c -> graph.mayTailJump(b);
      default -> false;
    };
  }

  // Both -----------------------------------------------------------------------------------------

  /** For each block what is read behind its call of what unknown code left; null where nothing. */
  private long[] findReadBehindCalls(FunctionSummary f) {
    FlowGraph graph = f.graph();
    long[] uses = new long[graph.size()];
    for (int b = 0; b < graph.size(); b++) {
      uses[b] = graph.strongUses(b);
    }
    long[] in = solveReads(graph, uses);
    long[] found = null;
    for (int b = 0; b < graph.size(); b++) {
      long left =
          switch (graph.block(b).end()) {
            case Terminator.Call(long target, long returnTo) ->
                graph.neverReturns(b)
                    ? RegisterSet.NONE
                    : leftBy(program.at(target))
                        & ProgramAnalysis.modifiedByCall(program.at(target));
            case Terminator.CallIndirect c -> OUTSIDE_ABI;
            default -> RegisterSet.NONE;
          };
      long read = left & readBehind(graph, b, in);
      if (calls(graph, b)) {
        read |= known.getOrDefault(graph.block(b).limit(), RegisterSet.NONE);
      }
      if (read != 0) {
        found = found == null ? new long[graph.size()] : found;
        found[b] = read;
      }
    }
    return found;
  }

  private static boolean calls(FlowGraph graph, int b) {
    return switch (graph.block(b).end()) {
      case Terminator.Call c -> true;
      case Terminator.CallIndirect c -> true;
      default -> false;
    };
  }
}
