package org.capvm.translator.analyse;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.capvm.translator.analyse.StackAnalysis.State;
import org.capvm.translator.discover.Terminator;

/**
 * Finds parts of functions that have an entry in the unwind table of their own, such as GCC's
 * {@code .cold} parts: nobody calls them, and every jump to them comes with a frame on the stack
 * that they finish. What they restore is known only together with the functions that jump to them.
 */
final class FrameParts {
  /** Parts of parts of parts: more do not occur. */
  private static final int ROUNDS = 4;

  private FrameParts() {}

  /** Analyses again what jumps to parts, and the parts. */
  static void analyse(ProgramAnalysis program) {
    Set<Long> called = new HashSet<>();
    for (FunctionSummary f : program.summaries()) {
      FlowGraph graph = f.graph();
      for (int b = 0; b < graph.size(); b++) {
        if (graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)) {
          called.add(target);
        }
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      Map<Long, State> entered = new HashMap<>();
      for (FunctionSummary f : program.summaries()) {
        f.stack()
            .frameExits()
            .forEach(
                (target, state) -> {
                  State known = entered.putIfAbsent(target, state.copy());
                  if (known != null) {
                    known.meet(state);
                  }
                });
      }
      for (FunctionSummary f : program.summaries()) {
        for (int b = 0; b < f.graph().size(); b++) {
          for (long target : f.graph().exits(b)) {
            if (!f.stack().frameExits().containsKey(target)) {
              called.add(target);
            }
          }
        }
      }
      entered.keySet().removeIf(target -> called.contains(target) || program.at(target) == null);
      for (FunctionSummary f : program.summaries()) {
        State start = entered.get(f.graph().function().entry());
        if (start != null || !f.stack().frameExits().isEmpty()) {
          f.setStack(StackAnalysis.of(f.graph(), start, entered::containsKey));
        }
      }
    }
  }
}
