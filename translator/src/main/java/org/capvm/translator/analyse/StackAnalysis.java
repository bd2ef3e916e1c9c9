package org.capvm.translator.analyse;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;

/**
 * Proves which registers a function hands back unchanged, and that it returns with the stack
 * pointer it was entered with.
 *
 * <p>A forward analysis over two kinds of symbolic value: "the value register r had at entry" and
 * "the stack pointer at entry plus a constant". Slots of the frame remember saved registers; that a
 * stray store may hit such a slot is the assumption every caller of the ABI makes, except for the
 * return address, which translated code compares when it returns.
 */
final class StackAnalysis {
  private static final long UNKNOWN = Long.MIN_VALUE;

  /** Loaded through sp, of which nothing else is known: most likely what was saved there. */
  private static final long RELOADED = UNKNOWN + 1;

  /** Values of the form "register r at entry" are {@code ORIGINAL + r}; others offsets from sp. */
  private static final long ORIGINAL = 1L << 40;

  /** A stack frame larger than this is not followed. */
  private static final long MAX_OFFSET = 1L << 30;

  /** What is known at a place. */
  static final class State {
    final long[] values;
    final Map<Long, Long> slots;

    State(long[] values, Map<Long, Long> slots) {
      this.values = values;
      this.slots = slots;
    }

    State copy() {
      return new State(values.clone(), new HashMap<>(slots));
    }

    /** Keeps what both know; returns whether this changed. */
    boolean meet(State other) {
      boolean changed = false;
      for (int r = 0; r < 64; r++) {
        long both = meet(r, values[r], other.values[r]);
        changed |= values[r] != both;
        values[r] = both;
      }
      changed |= slots.entrySet().removeIf(e -> !e.getValue().equals(other.slots.get(e.getKey())));
      return changed;
    }

    private static long meet(int register, long a, long b) {
      if (a == b) {
        return a;
      }
      return mayBeEntryValue(register, a) && mayBeEntryValue(register, b) ? RELOADED : UNKNOWN;
    }
  }

  private static boolean mayBeEntryValue(int register, long value) {
    return value == ORIGINAL + register || value == RELOADED;
  }

  private final FlowGraph graph;
  private final State start;
  private final LongPredicate parts;

  /** Callee-saved registers that a call may change all the same. */
  private final long clobbered;

  private final Map<Long, State> frameExits = new HashMap<>();
  private long preserved = RegisterSet.ALL;
  private long saved;
  private long redefined;
  private boolean balanced = true;
  private boolean tailCallsBalanced = true;

  private StackAnalysis(FlowGraph graph, State start, LongPredicate parts, long clobbered) {
    this.graph = graph;
    this.start = start;
    this.parts = parts;
    this.clobbered = clobbered;
  }

  /**
   * Analyses a function.
   *
   * @param start what is known at its entry: null for a function that is called, otherwise what
   *     {@link #frameExits} of those that jump to it have in common. All results are then relative
   *     to the entry of the function whose frame it is.
   * @param parts whether an address is a part of this kind: it finishes the frame that it is
   *     entered with
   */
  static StackAnalysis of(FlowGraph graph, State start, LongPredicate parts) {
    StackAnalysis analysis = new StackAnalysis(graph, start == null ? called() : start, parts, 0);
    analysis.run();
    return analysis;
  }

  /**
   * {@link #preserved} when calls change registers that the ABI makes them preserve: less what is
   * not saved before them and restored behind them.
   *
   * @param registers what calls change
   */
  long preservedDespite(long registers) {
    if (!frameExits.isEmpty()) {
      // Parts of the function were analysed with what calls would preserve.
      return preserved & ~registers;
    }
    StackAnalysis again = new StackAnalysis(graph, start, parts, registers);
    again.run();
    return again.preserved;
  }

  private static State called() {
    State start = new State(new long[64], new HashMap<>());
    for (int r = 0; r < 64; r++) {
      start.values[r] = ORIGINAL + r;
    }
    start.values[0] = CONSTANT;
    start.values[RegisterSet.SP] = 0;
    return start;
  }

  /** What is known where the function jumps to another one with a frame on the stack, by target. */
  Map<Long, State> frameExits() {
    return frameExits;
  }

  /** Callee-saved registers that hold their entry values at every return and tail call. */
  long preserved() {
    return preserved;
  }

  /**
   * Registers whose entry values are stored to the frame somewhere, and which nothing but loads
   * from the frame has changed when the function is left.
   */
  long saved() {
    return saved & ~redefined;
  }

  /** Whether every return has sp as at entry. */
  boolean balanced() {
    return balanced;
  }

  /** Whether every jump out of the function has sp as at entry. */
  boolean tailCallsBalanced() {
    return tailCallsBalanced;
  }

  /** Blocks at whose end the stack pointer may be as at entry. */
  static BitSet blocksWithoutFrame(FlowGraph graph) {
    BitSet found = new BitSet();
    boolean asked = false;
    for (int b = 0; b < graph.size(); b++) {
      asked |= graph.block(b).end() instanceof Terminator.ComputedGoto;
    }
    if (asked) {
      State[] in = new StackAnalysis(graph, called(), a -> false, 0).solve();
      for (int b = 0; b < graph.size(); b++) {
        if (in[b] != null) {
          transfer(graph.block(b), in[b], 0);
          long sp = in[b].values[RegisterSet.SP];
          found.set(b, sp == 0 || !isOffset(sp));
        }
      }
    }
    return found;
  }

  /** Blocks at whose end a frame that the function had is known to be gone again. */
  static BitSet blocksBehindFrame(FlowGraph graph) {
    State[] in = new StackAnalysis(graph, called(), a -> false, 0).solve();
    BitSet gone = new BitSet();
    boolean frame = false;
    for (int b = 0; b < graph.size(); b++) {
      if (in[b] != null) {
        frame |= in[b].values[RegisterSet.SP] != 0;
        transfer(graph.block(b), in[b], 0);
        long sp = in[b].values[RegisterSet.SP];
        frame |= sp != 0;
        gone.set(b, sp == 0 && in[b].values[RegisterSet.RA] == ORIGINAL + RegisterSet.RA);
      }
    }
    if (!frame) {
      gone.clear();
    }
    return gone;
  }

  private void run() {
    State[] in = solve();
    for (int b = 0; b < graph.size(); b++) {
      if (in[b] != null) {
        noteSaves(graph.block(b), in[b].copy());
        checkExit(b, in[b].copy());
      }
    }
  }

  private void noteSaves(BasicBlock block, State state) {
    for (Instruction i : block.instructions()) {
      step(i, state);
      for (long value : state.slots.values()) {
        saved |= RegisterSet.bit((int) (value - ORIGINAL));
      }
    }
  }

  private State[] solve() {
    State[] in = new State[graph.size()];
    in[graph.entry()] = start.copy();
    ArrayDeque<Integer> work = new ArrayDeque<>();
    boolean[] queued = new boolean[graph.size()];
    work.add(graph.entry());
    while (!work.isEmpty()) {
      int b = work.poll();
      queued[b] = false;
      State state = in[b].copy();
      transfer(graph.block(b), state, clobbered);
      for (int s : graph.successors(b)) {
        boolean changed;
        if (in[s] == null) {
          in[s] = state.copy();
          changed = true;
        } else {
          changed = in[s].meet(state);
        }
        if (changed && !queued[s]) {
          queued[s] = true;
          work.add(s);
        }
      }
    }
    return in;
  }

  private void checkExit(int b, State state) {
    Terminator end = graph.block(b).end();
    boolean leaves =
        switch (end) {
          case Terminator.Return r -> true;
          case Terminator.TailCall t -> true;
          case Terminator.JumpIndirect j -> true;
          case Terminator.ComputedGoto c -> graph.mayTailJump(b);
          case Terminator.FallThrough f -> graph.successors(b).length == 0;
          case Terminator.Jump j -> graph.successors(b).length == 0;
          case Terminator.Branch branch -> graph.successors(b).length < 2;
          default -> false;
        };
    if (!leaves) {
      return;
    }
    transfer(graph.block(b), state, clobbered);
    long sp = state.values[RegisterSet.SP];
    if (sp != 0 && isOffset(sp) && !(end instanceof Terminator.Return)) {
      boolean toPart = graph.exits(b).length > 0;
      for (long target : graph.exits(b)) {
        State known = frameExits.get(target);
        if (known == null) {
          frameExits.put(target, state.copy());
        } else {
          known.meet(state);
        }
        toPart &= parts.test(target);
      }
      if (toPart) {
        // The part restores what is saved in the frame.
        tailCallsBalanced = false;
        return;
      }
    }
    for (int r = 1; r < 64; r++) {
      if (state.values[r] != (r == RegisterSet.SP ? 0 : ORIGINAL + r)) {
        preserved &= ~RegisterSet.bit(r);
      }
      if (!mayBeEntryValue(r, state.values[r]) && (sp == 0 || !isOffset(sp))) {
        redefined |= RegisterSet.bit(r);
      }
    }
    if (state.values[RegisterSet.SP] != 0) {
      if (end instanceof Terminator.Return) {
        balanced = false;
      } else {
        tailCallsBalanced = false;
      }
    }
  }

  private static void transfer(BasicBlock block, State state, long clobbered) {
    for (Instruction i : block.instructions()) {
      step(i, state);
    }
    if (block.end() instanceof Terminator.Call || block.end() instanceof Terminator.CallIndirect) {
      for (int r = 1; r < 64; r++) {
        if (RegisterSet.contains(RegisterSet.CALLER_SAVED | clobbered, r)) {
          state.values[r] = UNKNOWN;
        }
      }
    }
  }

  private static void step(Instruction i, State state) {
    long[] values = state.values;
    switch (i.opcode()) {
      case ADDI -> {
        long base = values[i.rs1()];
        set(values, i.rd(), i.immediate() == 0 ? base : add(base, i.immediate()));
      }
      case ADD -> {
        // Frames beyond 2 KiB: a temporary holds the constant, which is not followed; see LUI
        // below.
        long a = constantOrOffset(values, i.rs1(), i.rs2());
        set(values, i.rd(), a);
      }
      case SD -> store(state, i.rs1(), i.immediate(), i.rs2());
      case FSD -> store(state, i.rs1(), i.immediate(), 32 + i.rs2());
      case LD -> set(values, i.rd(), load(state, i.rs1(), i.immediate()));
      case FLD -> values[32 + i.rd()] = load(state, i.rs1(), i.immediate());
      case LUI -> set(values, i.rd(), CONSTANT + i.immediate());
      default -> {
        long defined = Effects.defines(i);
        if (defined != 0) {
          values[Long.numberOfTrailingZeros(defined)] = UNKNOWN;
        }
      }
    }
  }

  /** Values of the form "constant c" are {@code CONSTANT + c}. */
  private static final long CONSTANT = 1L << 50;

  private static boolean isConstant(long v) {
    return v != UNKNOWN && Math.abs(v - CONSTANT) < MAX_OFFSET * 4;
  }

  private static boolean isOffset(long v) {
    return v != UNKNOWN && Math.abs(v) < MAX_OFFSET;
  }

  private static long add(long base, long immediate) {
    return isOffset(base) || isConstant(base) ? base + immediate : UNKNOWN;
  }

  private static long constantOrOffset(long[] values, int rs1, int rs2) {
    if (rs1 == 0) {
      return values[rs2];
    }
    if (rs2 == 0) {
      return values[rs1];
    }
    long a = values[rs1];
    long b = values[rs2];
    if (isOffset(a) && isConstant(b)) {
      return a + (b - CONSTANT);
    }
    if (isConstant(a) && isOffset(b)) {
      return b + (a - CONSTANT);
    }
    return UNKNOWN;
  }

  private static void set(long[] values, int register, long value) {
    if (register != 0) {
      values[register] = value;
    }
  }

  private static void store(State state, int base, long immediate, int source) {
    long address = state.values[base];
    if (!isOffset(address)) {
      return;
    }
    long value = state.values[source];
    if (value >= ORIGINAL && value < ORIGINAL + 64) {
      state.slots.put(address + immediate, value);
    } else {
      state.slots.remove(address + immediate);
    }
  }

  private static long load(State state, int base, long immediate) {
    long address = state.values[base];
    Long saved = isOffset(address) ? state.slots.get(address + immediate) : null;
    if (saved != null) {
      return saved;
    }
    return base == RegisterSet.SP ? RELOADED : UNKNOWN;
  }
}
