package org.capvm.translator.analyse;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capvm.translator.discover.Terminator;

/**
 * Finds the functions that never return (abort, failed assertions, throws) and cuts the control
 * flow behind calls of them: what stands there belongs to another path, with other registers saved.
 */
final class ReturningFunctions {
  private final Map<Long, FlowGraph> byEntry = new HashMap<>();
  private final Set<FlowGraph> returning = new HashSet<>();

  private ReturningFunctions(List<FlowGraph> graphs) {
    graphs.forEach(g -> byEntry.put(g.function().entry(), g));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (FlowGraph graph : graphs.reversed()) {
        if (!returning.contains(graph) && mayReturn(graph)) {
          returning.add(graph);
          changed = true;
        }
      }
    }
  }

  /** Cuts the graphs of a file. */
  static void cut(List<FlowGraph> graphs) {
    ReturningFunctions known = new ReturningFunctions(graphs);
    for (FlowGraph graph : graphs) {
      for (int b = 0; b < graph.size(); b++) {
        if (known.isEndless(graph, b)) {
          graph.setNeverReturns(b);
        }
      }
    }
  }

  private boolean isEndless(FlowGraph graph, int b) {
    if (graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)) {
      FlowGraph callee = byEntry.get(target);
      return callee != null && !returning.contains(callee);
    }
    return false;
  }

  /** Whether the entry leads to a way out, past calls of functions known so far to return. */
  private boolean mayReturn(FlowGraph graph) {
    boolean[] seen = new boolean[graph.size()];
    ArrayDeque<Integer> work = new ArrayDeque<>();
    work.add(graph.entry());
    seen[graph.entry()] = true;
    while (!work.isEmpty()) {
      int b = work.remove();
      if (leaves(graph, b)) {
        return true;
      }
      if (!isEndless(graph, b)) {
        for (int s : graph.successors(b)) {
          if (!seen[s]) {
            seen[s] = true;
            work.add(s);
          }
        }
      }
    }
    return false;
  }

  private boolean leaves(FlowGraph graph, int b) {
    switch (graph.block(b).end()) {
      case Terminator.Return r -> {
        return true;
      }
      case Terminator.JumpIndirect j -> {
        return true;
      }
      case Terminator.AlternateLink a -> {
        return true;
      }
      case Terminator.ComputedGoto c -> {
        if (graph.mayTailJump(b)) {
          return true;
        }
      }
      default -> {
        // Leaves by its exits, if at all.
      }
    }
    for (long target : graph.exits(b)) {
      FlowGraph callee = byEntry.get(target);
      if (callee == null || returning.contains(callee)) {
        return true;
      }
    }
    return false;
  }
}
