package org.capvm.translator.analyse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Terminator;

/**
 * Summaries of all functions of a file, at the fixed point over its call graph: first the registers
 * each may modify, then those each reads.
 */
public final class ProgramAnalysis {
  private final Map<Long, FunctionSummary> byEntry = new HashMap<>();
  private final List<FunctionSummary> summaries = new ArrayList<>();

  private final TailCallCycles tailCycles;

  public ProgramAnalysis(List<FunctionCode> functions) {
    for (FunctionCode function : functions) {
      if (function.blockAt(function.entry()).isPresent()) {
        FunctionSummary summary = new FunctionSummary(new FlowGraph(function));
        summaries.add(summary);
        byEntry.put(function.entry(), summary);
      }
    }
    this.tailCycles = new TailCallCycles(this);
    findModified();
    findLiveIn();
    findDemandedResults();
  }

  /** All functions in address order. */
  public List<FunctionSummary> summaries() {
    return summaries;
  }

  /** The function that starts at a link-time address, or null. */
  public FunctionSummary at(long entry) {
    return byEntry.get(entry);
  }

  /**
   * Whether a jump from one function to another lies on a cycle of such jumps: those go through a
   * trampoline, so that any number of them runs in constant stack.
   */
  public boolean isTailCycle(FunctionSummary from, FunctionSummary to) {
    return tailCycles.sameCycle(from, to);
  }

  private void findModified() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (FunctionSummary f : summaries) {
        long modified = 0;
        boolean tailCalls = false;
        FlowGraph graph = f.graph();
        for (int b = 0; b < graph.size(); b++) {
          BasicBlock block = graph.block(b);
          for (int i = 0; i < block.size(); i++) {
            modified |= Effects.defines(block.instruction(i));
          }
          switch (block.end()) {
            case Terminator.Call(long target, long returnTo) ->
                modified |= RegisterSet.bit(RegisterSet.RA) | modifiedByCall(at(target));
            case Terminator.CallIndirect c -> modified |= RegisterSet.CALLER_SAVED;
            case Terminator.JumpIndirect j -> {
              modified |= RegisterSet.CALLER_SAVED;
              tailCalls = true;
            }
            case Terminator.ComputedGoto c -> {
              if (graph.mayTailJump(b)) {
                modified |= RegisterSet.CALLER_SAVED;
                tailCalls = true;
              }
            }
            default -> {
              // Jumps out of the function are looked at below.
            }
          }
          for (long target : exits(graph, b)) {
            FunctionSummary callee = at(target);
            modified |= modifiedByCall(callee);
            boolean balanced = f.tailCallsBalanced();
            if (callee != null) {
              tailCalls |= callee.tailCalls || isTailCycle(f, callee);
              if (!balanced && !callee.enteredWithFrame) {
                callee.enteredWithFrame = true;
                changed = true;
              }
            } else {
              tailCalls = true;
            }
          }
        }
        modified &= ~(f.preserved() & RegisterSet.CALLEE_SAVED);
        modified &= ~RegisterSet.bit(RegisterSet.SP);
        if (modified != f.modified || tailCalls != f.tailCalls) {
          f.modified |= modified;
          f.tailCalls |= tailCalls;
          changed = true;
        }
      }
    }
  }

  /** What a call to a function, or to code nobody knows, may modify. */
  static long modifiedByCall(FunctionSummary callee) {
    return callee == null
        ? RegisterSet.CALLER_SAVED
        : callee.modified | RegisterSet.bit(RegisterSet.RA);
  }

  /** Addresses outside the function that a block may jump, branch or fall to. */
  public static List<Long> exits(FlowGraph graph, int b) {
    List<Long> exits = new ArrayList<>(2);
    switch (graph.block(b).end()) {
      case Terminator.FallThrough(long next) -> addExit(graph, next, exits);
      case Terminator.Jump(long target) -> addExit(graph, target, exits);
      case Terminator.Branch(long taken, long next) -> {
        addExit(graph, taken, exits);
        addExit(graph, next, exits);
      }
      case Terminator.TailCall(long target) -> exits.add(target);
      case Terminator.JumpTable table ->
          table.targets().forEach(target -> addExit(graph, target, exits));
      default -> {
        // Goes nowhere else.
      }
    }
    return exits;
  }

  private static void addExit(FlowGraph graph, long address, List<Long> exits) {
    if (graph.blockAt(address) < 0) {
      exits.add(address);
    }
  }

  private void findLiveIn() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = summaries.size() - 1; i >= 0; i--) {
        FunctionSummary f = summaries.get(i);
        long strong = new Liveness(f.graph(), this, true).liveIn(f.graph().entry());
        long live = new Liveness(f.graph(), this, false).liveIn(f.graph().entry());
        strong &= ~RegisterSet.bit(RegisterSet.SP);
        if ((strong & ~f.strongLiveIn) != 0 || (live & ~f.liveIn) != 0) {
          f.strongLiveIn |= strong;
          f.liveIn |= live;
          changed = true;
        }
      }
    }
  }

  private void findDemandedResults() {
    long results = RegisterSet.bit(RegisterSet.A0) | RegisterSet.bit(RegisterSet.FA0);
    for (FunctionSummary f : summaries) {
      FlowGraph graph = f.graph();
      Liveness liveness = null;
      for (int b = 0; b < graph.size(); b++) {
        if (graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)) {
          FunctionSummary callee = at(target);
          if (callee != null) {
            if (liveness == null) {
              liveness = new Liveness(graph, this, true);
            }
            callee.demandedResults |= liveness.liveOut(b) & results;
          }
        }
      }
    }
  }
}
