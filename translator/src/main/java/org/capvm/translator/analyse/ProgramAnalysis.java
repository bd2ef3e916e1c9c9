package org.capvm.translator.analyse;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** For each function those that call it or jump to it. */
  private final Map<FunctionSummary, List<FunctionSummary>> users;

  /** Analyses the functions of a file: all direct calls of them are in their code. */
  public ProgramAnalysis(List<FunctionCode> functions) {
    this(functions, true, Map.of());
  }

  /**
   * Analyses a function by itself: any register that it changes may be read behind a call of it.
   *
   * @param exactCalls what is known of its file, see {@link FunctionSummary#exactCalls}
   */
  public ProgramAnalysis(FunctionCode function, Map<Long, Long> exactCalls) {
    this(List.of(function), false, exactCalls);
  }

  private ProgramAnalysis(
      List<FunctionCode> functions, boolean complete, Map<Long, Long> exactCalls) {
    List<FlowGraph> graphs = new ArrayList<>();
    for (FunctionCode function : functions) {
      if (function.blockAt(function.entry()).isPresent()) {
        graphs.add(new FlowGraph(function));
      }
    }
    ReturningFunctions.cut(graphs);
    for (FlowGraph graph : graphs) {
      FunctionSummary summary = new FunctionSummary(graph);
      summary.returned = complete ? RegisterSet.NONE : RegisterSet.CALLER_SAVED;
      summaries.add(summary);
      byEntry.put(graph.function().entry(), summary);
    }
    FrameParts.analyse(this);
    this.tailCycles = new TailCallCycles(this);
    findModified();
    this.users = users();
    Leftovers.find(this, exactCalls);
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
   * Whether a jump from one function to another goes through a trampoline, because it lies on a
   * cycle or at the end of a long chain of such jumps: any number of them runs in constant stack.
   */
  public boolean isTrampolined(FunctionSummary from, FunctionSummary to) {
    return tailCycles.mustReturn(from, to);
  }

  private void findModified() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (FunctionSummary f : summaries) {
        long modified = 0;
        long defined = 0;
        long brokenByCalls = 0;
        long brokenByTailCalls = 0;
        boolean tailCalls = false;
        FlowGraph graph = f.graph();
        for (int b = 0; b < graph.size(); b++) {
          BasicBlock block = graph.block(b);
          for (int i = 0; i < block.size(); i++) {
            defined |= Effects.defines(block.instruction(i));
          }
          switch (block.end()) {
            case Terminator.Call(long target, long returnTo) -> {
              modified |= RegisterSet.bit(RegisterSet.RA) | modifiedByCall(at(target));
              brokenByCalls |= at(target) == null ? 0 : at(target).broken;
            }
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
          for (long target : graph.exits(b)) {
            FunctionSummary callee = at(target);
            modified |= modifiedByCall(callee);
            brokenByTailCalls |= callee == null ? 0 : callee.broken;
            // Where it was entered with a frame, so is what it jumps to.
            boolean balanced = f.tailCallsBalanced() && !f.enteredWithFrame;
            if (callee != null) {
              tailCalls |= callee.tailCalls || isTrampolined(f, callee);
              if (!balanced && !callee.enteredWithFrame) {
                callee.enteredWithFrame = true;
                changed = true;
              }
            } else {
              tailCalls = true;
            }
          }
        }
        long broken = defined & RegisterSet.CALLEE_SAVED & ~f.preserved() & ~f.stack().saved();
        if (brokenByCalls != 0) {
          broken |= brokenByCalls & ~f.stack().preservedDespite(brokenByCalls);
        }
        broken |= brokenByTailCalls;
        modified |= defined;
        modified &= ~(f.preserved() & RegisterSet.CALLEE_SAVED);
        modified |= broken;
        modified &= ~RegisterSet.bit(RegisterSet.SP);
        f.broken = broken & ~RegisterSet.bit(RegisterSet.SP);
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

  /** Those that call a function or jump to it directly. */
  List<FunctionSummary> usersOf(FunctionSummary f) {
    return users.getOrDefault(f, List.of());
  }

  private void findLiveIn() {
    ArrayDeque<FunctionSummary> work = new ArrayDeque<>(summaries.reversed());
    Set<FunctionSummary> queued = new HashSet<>(summaries);
    while (!work.isEmpty()) {
      FunctionSummary f = work.poll();
      queued.remove(f);
      int entry = f.graph().entry();
      Liveness reads = new Liveness(f.graph(), this, true);
      findReturned(f, reads)
          .forEach(
              callee -> {
                if (queued.add(callee)) {
                  work.add(callee);
                }
              });
      long strong = reads.liveIn(entry);
      long live = new Liveness(f.graph(), this, false).liveIn(entry);
      strong &= ~RegisterSet.bit(RegisterSet.SP);
      if ((strong & ~f.strongLiveIn) != 0 || (live & ~f.liveIn) != 0) {
        f.strongLiveIn |= strong;
        f.liveIn |= live;
        for (FunctionSummary user : usersOf(f)) {
          if (queued.add(user)) {
            work.add(user);
          }
        }
      }
    }
  }

  /**
   * Hand-written code, and compilers for functions that only they call, return values where the ABI
   * has none. Tells callees what is read behind their calls; returns those to whom it was news.
   */
  private List<FunctionSummary> findReturned(FunctionSummary f, Liveness reads) {
    List<FunctionSummary> news = new ArrayList<>();
    FlowGraph graph = f.graph();
    for (int b = 0; b < graph.size(); b++) {
      if (graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)) {
        addReturned(at(target), reads.liveOut(b), news);
      }
      for (long target : graph.exits(b)) {
        addReturned(at(target), f.returned, news);
      }
    }
    return news;
  }

  private static void addReturned(
      FunctionSummary callee, long registers, List<FunctionSummary> news) {
    if (callee != null) {
      long returned =
          registers
              & callee.modified
              & RegisterSet.CALLER_SAVED
              & ~RegisterSet.RESULTS
              & ~RegisterSet.bit(RegisterSet.RA);
      if ((returned & ~callee.returned) != 0) {
        callee.returned |= returned;
        news.add(callee);
      }
    }
  }

  private Map<FunctionSummary, List<FunctionSummary>> users() {
    Map<FunctionSummary, List<FunctionSummary>> found = new HashMap<>();
    for (FunctionSummary f : summaries) {
      FlowGraph graph = f.graph();
      for (int b = 0; b < graph.size(); b++) {
        if (graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)) {
          addUser(found, target, f);
        }
        for (long target : graph.exits(b)) {
          addUser(found, target, f);
        }
      }
    }
    return found;
  }

  private void addUser(
      Map<FunctionSummary, List<FunctionSummary>> found, long target, FunctionSummary user) {
    FunctionSummary callee = at(target);
    if (callee != null) {
      List<FunctionSummary> list = found.computeIfAbsent(callee, c -> new ArrayList<>());
      if (list.isEmpty() || list.getLast() != user) {
        list.add(user);
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
