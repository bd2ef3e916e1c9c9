package org.capvm.translator.emit;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.analyse.FlowGraph;
import org.capvm.translator.analyse.FrameAccesses;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.Liveness;
import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.analyse.StridedLoop;
import org.capvm.translator.discover.Terminator;

/**
 * The blocks that make up one JVM method, and how that method is entered and returned from: as a
 * {@link WholeFunction} with a narrow signature, or as a {@link Region} of a function with all
 * registers in the hart.
 */
abstract class MethodBlocks {
  final FileContext file;
  final FunctionSummary function;
  final FlowGraph graph;
  final Signature signature;
  private final Liveness live;
  private final Liveness read;
  private final NarrowTypes types;
  private final long tracked;
  private final WriteBacks writeBacks;
  private final int from;
  private final int to;
  private final List<StridedLoop> allStridedLoops;
  private final BitSet reachable = new BitSet();
  private final BitSet jumpTargets = new BitSet();
  private final BitSet fallTargets = new BitSet();
  private boolean loop;

  /**
   * @param facts about the function
   * @param types of the values in all methods of the function
   * @param from first block of the method
   * @param to block behind the last one
   * @param entries blocks entered from outside
   * @param dirtyAtEntry registers dirty there
   */
  MethodBlocks(
      FunctionFacts facts, NarrowTypes types, int from, int to, int[] entries, long dirtyAtEntry) {
    this.file = facts.file;
    this.function = facts.function;
    this.graph = function.graph();
    this.signature = facts.signature;
    this.live = facts.live;
    this.read = facts.read;
    this.tracked = facts.tracked;
    this.allStridedLoops = facts.stridedLoops;
    this.types = types;
    this.from = from;
    this.to = to;
    for (int entry : entries) {
      jumpTargets.set(entry);
    }
    findReachable(entries);
    this.writeBacks = new WriteBacks(facts, entries, dirtyAtEntry & tracked, from, to);
    for (int b = first(); b >= 0; b = next(b)) {
      findJumps(b);
    }
    for (int b = first(); b >= 0; b = next(b)) {
      if (!fallTargets.get(b)) {
        // Even if nothing jumps there: the verifier wants a frame behind a goto or a throw.
        jumpTargets.set(b);
      }
    }
  }

  /**
   * Nothing leads to the blocks behind a call through another link register, or behind an
   * instruction left to the interpreter: their frames would declare locals that nothing stores to.
   */
  private void findReachable(int[] entries) {
    ArrayDeque<Integer> work = new ArrayDeque<>();
    for (int entry : entries) {
      work.add(entry);
    }
    while (!work.isEmpty()) {
      int b = work.remove();
      if (b >= from && b < to && !reachable.get(b)) {
        reachable.set(b);
        if (!leaves(b)) {
          for (int s : graph.successors(b)) {
            work.add(s);
          }
        }
      }
    }
  }

  private void findJumps(int b) {
    for (int s : graph.successors(b)) {
      if (contains(s) && s <= b) {
        loop = true;
      }
    }
    switch (graph.block(b).end()) {
      case Terminator.FallThrough(long next) -> jump(b, next, true);
      case Terminator.Call(long target, long returnTo) -> {
        if (!graph.neverReturns(b)) {
          jump(b, returnTo, true);
        }
      }
      case Terminator.CallIndirect(long returnTo) -> jump(b, returnTo, true);
      case Terminator.EnvironmentCall(long next) -> jump(b, next, true);
      case Terminator.Jump(long target) -> jump(b, target, true);
      case Terminator.Branch(long taken, long next) -> {
        jump(b, taken, false);
        int t = graph.blockAt(taken);
        boolean forward = t > b && contains(t);
        jump(b, next, forward);
      }
      default -> {
        for (int s : graph.successors(b)) {
          jumpTargets.set(s);
        }
      }
    }
  }

  private void jump(int b, long address, boolean mayFall) {
    int s = graph.blockAt(address);
    if (mayFall && s >= 0 && s == next(b) && !leaves(b)) {
      fallTargets.set(s);
    } else if (s >= 0) {
      jumpTargets.set(s);
    }
  }

  /** Whether a block ends early, at an instruction that is left to the interpreter. */
  private boolean leaves(int b) {
    for (Instruction i : graph.block(b).instructions()) {
      if (SystemEmitter.isLeftToInterpreter(i)) {
        return true;
      }
    }
    return false;
  }

  Liveness live() {
    return live;
  }

  /**
   * Registers that have locals at the start of a block: those that some instruction will read, and
   * those that may be newer than the hart's copy. The others stay in the hart: after a call, most
   * of what code nobody knows might take for an argument.
   */
  long heldAtStart(int b) {
    long inLocals = read.liveIn(b) | live.liveIn(b) & writeBacks().dirtyIn(b);
    return inLocals & tracked() | RegisterSet.bit(RegisterSet.SP);
  }

  NarrowTypes types() {
    return types;
  }

  long tracked() {
    return tracked;
  }

  WriteBacks writeBacks() {
    return writeBacks;
  }

  /** Whether a block belongs to this method. */
  boolean contains(int b) {
    return reachable.get(b);
  }

  /** Whether a block of this method needs a stack map frame. */
  boolean isJumpTarget(int b) {
    return jumpTargets.get(b);
  }

  /** The block behind another one in this method, or -1. */
  int next(int b) {
    return reachable.nextSetBit(b + 1);
  }

  /** The first block of this method. */
  int first() {
    return reachable.nextSetBit(from);
  }

  /** The strided loops that lie in this method as a whole. */
  List<StridedLoop> stridedLoops() {
    return allStridedLoops.stream()
        .filter(loop -> loop.blocks().stream().allMatch(this::contains))
        .toList();
  }

  boolean hasLoop() {
    return loop;
  }

  /** Whether this is a part of a function that its other parts enter with registers in the hart. */
  abstract boolean isRegion();

  /** Link-time address that the method's line numbers count from. */
  abstract long base();

  /** Declares the parameters behind (Hart, returnTo, sp). */
  abstract void declareParameters(RegisterLocals registers, BodyEmitter emitter);

  /** The accesses that a check at the entry serves; null when there is no such check. */
  FrameAccesses frame() {
    return null;
  }

  /** Emits what happens before the first block. */
  abstract void emitEntry(BodyEmitter emitter);

  /** The register that the method returns as its JVM result, or 0. */
  abstract int result();

  /** Callee-saved registers that its caller has in locals: the hart's copies may be anything. */
  abstract long savedByCaller();

  /** Emits the JVM return with the result in its register. */
  abstract void emitReturn(BodyEmitter emitter);

  /** Emits the JVM return with no result: a tail call is pending in the hart. */
  abstract void emitPendingReturn(BodyEmitter emitter);

  /** Emits the transfer to a block of the same function in another method. */
  abstract void emitLeaveTo(BodyEmitter emitter, int from, int target);
}
