package org.capvm.translator.emit;

import static org.capvm.translator.analyse.RegisterSet.bit;

import java.util.Arrays;
import java.util.BitSet;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.analyse.Effects;
import org.capvm.translator.analyse.FlowGraph;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.Liveness;
import org.capvm.translator.analyse.RegisterSet;
import org.capvm.translator.analyse.UnknownLabels;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;

/**
 * Which registers are newer in the JVM locals than in the hart ("dirty"), and which of them a call
 * must find written back.
 *
 * <p>Before a call the caller writes back what it needs afterwards, what the ABI preserves, and
 * what the callee reads from the hart. That is all it takes to drop its frame at any point inside
 * the call: no generated method has an exception handler.
 */
final class WriteBacks {
  private final FlowGraph graph;
  private final FunctionSummary function;
  private final Liveness live;
  private final Liveness read;
  private final FileContext file;
  private final UnknownLabels unknown;
  private final long tracked;
  private final long[] dirtyIn;

  /**
   * Solves for the blocks of one method.
   *
   * @param facts about the function
   * @param entries blocks entered from outside
   * @param dirtyAtEntry registers dirty there
   * @param from first block of the method
   * @param to block behind the last one
   */
  WriteBacks(FunctionFacts facts, int[] entries, long dirtyAtEntry, int from, int to) {
    this.graph = facts.function.graph();
    this.function = facts.function;
    this.live = facts.live;
    this.read = facts.read;
    this.file = facts.file;
    this.unknown = facts.unknown;
    this.tracked = facts.tracked;
    this.dirtyIn = new long[graph.size()];
    BitSet loops = loopsAndLabels(from, to);
    boolean changed = true;
    while (changed) {
      changed = false;
      long[] somewhere = new long[graph.size()];
      long[] everywhere = new long[graph.size()];
      Arrays.fill(everywhere, RegisterSet.ALL);
      for (int entry : entries) {
        somewhere[entry] = dirtyAtEntry & ~dyingAtStart(entry);
        everywhere[entry] = somewhere[entry];
      }
      for (int b = from; b < to; b++) {
        long before = dirtyIn[b];
        if (!loops.get(b)) {
          dirtyIn[b] = somewhere[b] & (read.liveIn(b) | everywhere[b]);
        }
        long out = after(b, dirtyIn[b]);
        for (int s : graph.successors(b)) {
          if (s >= from && s < to) {
            somewhere[s] |= out;
            everywhere[s] &= out;
          }
        }
        changed |= dirtyIn[b] != before;
      }
      for (int b = loops.nextSetBit(0); b >= 0; b = loops.nextSetBit(b + 1)) {
        changed |= dirtyIn[b] != somewhere[b];
        dirtyIn[b] = somewhere[b];
      }
    }
  }

  /**
   * Blocks that take registers as dirty as they come, for which nothing is to be stored on the way:
   * heads of loops, and those behind computed gotos, all of which meet at one place.
   */
  private BitSet loopsAndLabels(int from, int to) {
    BitSet found = new BitSet();
    for (int b = from; b < to; b++) {
      int[] successors = graph.successors(b);
      boolean labels = successors.length > 2 || Dispatch.isDispatched(graph.block(b));
      for (int s : successors) {
        if (s >= from && s < to && (s <= b || labels)) {
          found.set(s);
        }
      }
    }
    return found;
  }

  /**
   * Registers that may be dirty at the start of a block. What only code nobody knows might read is
   * dirty there only if it is on every way to the block: on the others it is in the hart already,
   * where {@link #cleanBehind} leaves it. Loops are an exception: no iteration stores for that.
   */
  long dirtyIn(int b) {
    return dirtyIn[b];
  }

  /** Registers that may be dirty where control arrives behind a block. */
  long dirtyBehind(int b) {
    return after(b, dirtyIn[b]);
  }

  /** Registers live at the end of a block, before the transfer at its end happens. */
  long liveAtEnd(int b) {
    return live.beforeTerminator(b, live.liveOut(b)) & tracked;
  }

  /** Registers that may be live behind a block, and are expected in the hart there. */
  long cleanBehind(int b) {
    long clean = RegisterSet.NONE;
    for (int s : graph.successors(b)) {
      clean |= live.liveIn(s) & ~dirtyIn[s];
    }
    return clean & tracked;
  }

  /**
   * Registers that need not be in the hart behind a block: every block there has a local for them,
   * or nobody will look.
   */
  long carried(int b) {
    long carried = tracked;
    for (int s : graph.successors(b)) {
      carried &= ~dyingAtStart(s);
    }
    return carried;
  }

  /**
   * Registers that have no local from the start of a block on, but must not be lost: a fault shows
   * them, or a label that is not known may read them.
   */
  long dyingAtStart(int b) {
    return tracked & (file.isPrecise() ? ~live.liveIn(b) : unknown.atStart(b));
  }

  /** Registers that code reached from an instruction of the block may read, known or not. */
  long neededAtEnd(int b) {
    return liveAtEnd(b) | unknown.atEnd(b) & tracked;
  }

  /** Registers whose values are in locals at the end of the body of a block. */
  long heldAtEnd(int b) {
    return (live.liveIn(b) | graph.definitions(b) | liveAtEnd(b)) & tracked;
  }

  /** What the hart must hold when the block's call happens. */
  long neededByCall(int b) {
    return (neededByCallee(b) | unknown.atEnd(b) & tracked)
        & ~bit(RegisterSet.SP)
        & ~bit(RegisterSet.RA);
  }

  /**
   * Whether what a block calls must leave in the hart whatever it leaves in registers, because
   * somebody reads it. The precise variant does so always.
   */
  boolean isExactCall(int b) {
    return !file.isPrecise() && function.leftoversRead(b) != 0;
  }

  private long neededByCallee(int b) {
    long needed = file.isPrecise() ? RegisterSet.ALL : liveAtEnd(b);
    if (isExactCall(b)) {
      return needed;
    }
    FunctionSummary callee =
        graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)
            ? file.program.at(target)
            : null;
    if (callee != null) {
      long kept = live.liveOut(b) & ~modifiedByCall(b);
      Signature signature = file.method(callee).signature();
      return needed & ~(signature.parameters() & ~kept) & ~signature.saved();
    }
    // What is read afterwards is read from the hart, even if the callee does not change it.
    return needed & ~(Signature.DIRECT & ~(live.liveOut(b) & ~bit(RegisterSet.A0)));
  }

  /** Registers that have new values after the block's call; ra and the JVM result included. */
  long modifiedByCall(int b) {
    long modified = RegisterSet.CALLER_SAVED;
    if (graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)) {
      FunctionSummary callee = file.program.at(target);
      if (callee != null) {
        modified = callee.modified();
      }
    }
    return modified | bit(RegisterSet.RA);
  }

  private long after(int b, long in) {
    BasicBlock block = graph.block(b);
    long dirty = in;
    for (Instruction i : block.instructions()) {
      dirty |= Effects.defines(i);
    }
    switch (block.end()) {
      case Terminator.Call(long target, long returnTo) -> {
        dirty &= ~neededByCall(b) & ~modifiedByCall(b);
        dirty |= bit(RegisterSet.RA);
        FunctionSummary callee = file.program.at(target);
        if (callee == null || isExactCall(b)) {
          dirty |= bit(RegisterSet.A0);
        } else {
          Signature signature = file.method(callee).signature();
          dirty |= bit(signature.result()) | signature.saved();
        }
      }
      case Terminator.CallIndirect c -> {
        dirty &= ~neededByCall(b) & ~modifiedByCall(b);
        dirty |= bit(RegisterSet.RA) | bit(RegisterSet.A0);
      }
      case Terminator.EnvironmentCall e ->
          dirty = (dirty & bit(RegisterSet.SP)) | bit(RegisterSet.A0);
      default -> {
        // No register becomes clean.
      }
    }
    return dirty & carried(b);
  }

  /** Registers that the body of a function keeps in locals, its callees' parameters included. */
  static long tracked(FileContext file, FunctionSummary f) {
    FlowGraph graph = f.graph();
    long tracked =
        graph.accessed()
            | file.method(f).signature().parameters()
            | bit(RegisterSet.RA)
            | bit(RegisterSet.SP);
    for (int b = 0; b < graph.size(); b++) {
      if (graph.block(b).end() instanceof Terminator.Call(long target, long returnTo)) {
        tracked |= parameters(file, target);
      }
      for (long target : graph.exits(b)) {
        tracked |= parameters(file, target);
      }
    }
    tracked |= f.modified() & (bit(RegisterSet.A0) | bit(RegisterSet.FA0));
    return tracked & ~1L;
  }

  private static long parameters(FileContext file, long target) {
    FunctionSummary callee = file.program.at(target);
    return callee == null ? 0 : file.method(callee).signature().parameters();
  }
}
