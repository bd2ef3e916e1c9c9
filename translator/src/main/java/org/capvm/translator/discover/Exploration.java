package org.capvm.translator.discover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;

/**
 * Follows the control flow of one function at a time from its labels. The arrays are scratch space
 * that grows to the largest function and is used again for the next.
 */
final class Exploration {
  private static final int RETURN_ADDRESS = 1;

  /**
   * Longer straight-line code is several blocks, so that whoever cuts a function into methods of
   * limited size finds places to cut.
   */
  private static final int MAX_BLOCK_BYTES = 1 << 10;

  private final CodeBytes code;
  private final InstructionCache cache;
  private final LongPredicate interesting;
  private final LongPredicate neverReturns;
  private final Constants constants = new Constants();

  private long low;
  private long high;

  /** By half-word of the range: the instruction that starts there, where one was reached. */
  private Instruction[] reached = new Instruction[256];

  /** By half-word of the range: whether a block starts there. */
  private boolean[] leader = new boolean[256];

  /** The first and last half-word with anything in these arrays. */
  private int first = Integer.MAX_VALUE;

  private int last = -1;

  /** By half-word of the range: see {@link #onBoundary}; empty until somebody asks. */
  private final BitSet boundaries = new BitSet();

  private final ArrayDeque<Long> pending = new ArrayDeque<>();
  private final List<Long> indirectJumps = new ArrayList<>();
  private final List<Long> addressesTaken = new ArrayList<>();

  /**
   * Creates scratch space.
   *
   * @param interesting which constants that the code computes are worth keeping as {@link
   *     #addressesTaken}
   * @param neverReturns whether the function at an address is known never to return
   */
  Exploration(
      CodeBytes code,
      InstructionCache cache,
      LongPredicate interesting,
      LongPredicate neverReturns) {
    this.code = code;
    this.cache = cache;
    this.neverReturns = neverReturns;
    this.interesting = interesting;
  }

  /** Forgets the previous function and sets the range of the next. */
  void start(long newLow, long newHigh) {
    if (first <= last) {
      Arrays.fill(reached, first, last + 1, null);
      Arrays.fill(leader, first, last + 1, false);
    }
    first = Integer.MAX_VALUE;
    last = -1;
    low = newLow;
    high = newHigh;
    int size = (int) (high - low + 1) / 2;
    if (size > reached.length) {
      reached = new Instruction[size];
      leader = new boolean[size];
    }
    boundaries.clear();
    pending.clear();
    indirectJumps.clear();
    addressesTaken.clear();
  }

  boolean inRange(long address) {
    return address >= low && address < high;
  }

  private void touch(int i) {
    first = Math.min(first, i);
    last = Math.max(last, i);
  }

  private int index(long address) {
    return (int) (address - low >> 1);
  }

  /** The instruction that was reached at {@code address}; null if none was. */
  Instruction instructionAt(long address) {
    return inRange(address) ? reached[index(address)] : null;
  }

  boolean isLeader(long address) {
    return leader[index(address)];
  }

  /** Addresses of indirect jumps met so far, in order of discovery; without duplicates. */
  List<Long> indirectJumps() {
    return indirectJumps;
  }

  /** Interesting constants that the code computes, with duplicates. */
  List<Long> addressesTaken() {
    return addressesTaken;
  }

  /** Makes {@code address} the start of a block, to be followed by the next {@link #run}. */
  void addLabel(long address) {
    if (!inRange(address) || (address & 1) != 0) {
      return;
    }
    int i = index(address);
    if (!leader[i]) {
      leader[i] = true;
      touch(i);
      if (reached[i] == null) {
        pending.add(address);
      }
    }
  }

  /** Follows all labels that were added. */
  void run() {
    while (!pending.isEmpty()) {
      follow(pending.poll());
    }
  }

  private void follow(long label) {
    constants.clear();
    long at = label;
    while (inRange(at)) {
      int i = index(at);
      if (reached[i] != null) {
        leader[i] = true;
        return;
      }
      Instruction in = cache.fetch(code, at);
      if (in == null) {
        return;
      }
      reached[i] = in;
      touch(i);
      Terminator end = terminator(in, at);
      if (end != null) {
        addSuccessors(end, at);
        return;
      }
      constants.step(in, at);
      if (in.opcode() == Opcode.ADDI && constants.isKnown(in.rd())) {
        long value = constants.value(in.rd());
        if (interesting.test(value)) {
          addressesTaken.add(value);
        }
      }
      at += in.length();
      if (at - label >= MAX_BLOCK_BYTES) {
        addLabel(at);
        return;
      }
    }
  }

  private void addSuccessors(Terminator end, long at) {
    switch (end) {
      case Terminator.Jump(long target) -> addLabel(target);
      case Terminator.Branch(long taken, long next) -> {
        addLabel(next);
        addLabel(taken);
      }
      case Terminator.Call(long target, long returnTo) -> {
        if (!neverReturns.test(target)) {
          addLabel(returnTo);
        }
      }
      case Terminator.CallIndirect(long returnTo) -> addLabel(returnTo);
      case Terminator.AlternateLink link -> addLabel(link.next());
      case Terminator.EnvironmentCall(long next) -> addLabel(next);
      case Terminator.JumpIndirect jump -> indirectJumps.add(at);
      case Terminator.TailCall jump -> {}
      case Terminator.Return jump -> {}
      case Terminator.Trap trap -> {}
      // Made later, from indirect jumps and from labels.
      case Terminator.FallThrough none -> throw new IllegalStateException();
      case Terminator.JumpTable none -> throw new IllegalStateException();
      case Terminator.ComputedGoto none -> throw new IllegalStateException();
    }
  }

  /**
   * How an instruction ends its block; null if it does not. {@link #constants} holds what the block
   * has computed so far.
   */
  private Terminator terminator(Instruction in, long at) {
    long next = at + in.length();
    return switch (in.opcode()) {
      case BEQ, BNE, BLT, BGE, BLTU, BGEU -> new Terminator.Branch(at + in.immediate(), next);
      case JAL -> direct(in.rd(), at + in.immediate(), next);
      case JALR -> {
        if (constants.isKnown(in.rs1())) {
          yield direct(in.rd(), constants.value(in.rs1()) + in.immediate() & ~1L, next);
        }
        yield indirect(in, next);
      }
      case ECALL -> new Terminator.EnvironmentCall(next);
      case EBREAK, ILLEGAL -> new Terminator.Trap(at);
      // Of functions with these, only the extent and whether they return is of interest.
      case JALR_CAP, JALR_PCC ->
          in.rd() == 0 ? new Terminator.Return() : new Terminator.CallIndirect(next);
      case CINVOKE -> new Terminator.Return();
      default -> null;
    };
  }

  private Terminator direct(int link, long target, long next) {
    return switch (link) {
      case 0 -> inRange(target) ? new Terminator.Jump(target) : new Terminator.TailCall(target);
      case RETURN_ADDRESS -> new Terminator.Call(target, next);
      default -> new Terminator.AlternateLink(Optional.of(target), next);
    };
  }

  private static Terminator indirect(Instruction in, long next) {
    return switch (in.rd()) {
      case 0 ->
          in.rs1() == RETURN_ADDRESS && in.immediate() == 0
              ? new Terminator.Return()
              : new Terminator.JumpIndirect();
      case RETURN_ADDRESS -> new Terminator.CallIndirect(next);
      default -> new Terminator.AlternateLink(Optional.empty(), next);
    };
  }

  /**
   * Cuts what was reached into blocks, sorted by start.
   *
   * @param resolved the terminator of an indirect jump at an address; {@link
   *     Terminator.JumpIndirect} where nothing better is known
   */
  List<BasicBlock> blocks(LongFunction<Terminator> resolved) {
    List<BasicBlock> blocks = new ArrayList<>();
    List<Instruction> run = new ArrayList<>();
    for (int i = Math.max(first, 0); i <= last; i++) {
      if (leader[i] && reached[i] != null) {
        blocks.add(block(low + 2L * i, run, resolved));
      }
    }
    return blocks;
  }

  private BasicBlock block(long start, List<Instruction> run, LongFunction<Terminator> resolved) {
    run.clear();
    constants.clear();
    long at = start;
    while (true) {
      Instruction in = reached[index(at)];
      run.add(in);
      Terminator end = terminator(in, at);
      if (end != null) {
        return new BasicBlock(start, run, settle(end, at, resolved));
      }
      constants.step(in, at);
      at += in.length();
      if (instructionAt(at) == null) {
        return new BasicBlock(start, run, new Terminator.TailCall(at));
      }
      if (isLeader(at)) {
        return new BasicBlock(start, run, new Terminator.FallThrough(at));
      }
    }
  }

  /** Replaces what turned out differently after all of the function was followed. */
  private Terminator settle(Terminator end, long at, LongFunction<Terminator> resolved) {
    return switch (end) {
      case Terminator.JumpIndirect jump -> resolved.apply(at);
      case Terminator.Jump(long target) when instructionAt(target) == null || !isLeader(target) ->
          new Terminator.TailCall(target);
      default -> end;
    };
  }

  /**
   * The first address of each part of the range that was not reached and is not padding, given that
   * instructions follow each other without holes.
   */
  List<Long> unreached() {
    List<Long> result = new ArrayList<>();
    boolean inside = false;
    long at = low;
    while (at < high) {
      Instruction in = reached[index(at)];
      if (in != null) {
        inside = false;
      } else {
        in = cache.fetch(code, at);
        if (in == null || in.opcode() == Opcode.ILLEGAL) {
          return result;
        }
        if (!inside && !Padding.is(in)) {
          inside = true;
          result.add(at);
        }
      }
      at += in.length();
    }
    return result;
  }

  /** Whether {@code address} starts an instruction when the range is decoded from its start. */
  boolean onBoundary(long address) {
    if (boundaries.isEmpty()) {
      for (long at = low; at < high; ) {
        boundaries.set(index(at));
        Instruction in = cache.fetch(code, at);
        if (in == null) {
          break;
        }
        at += in.length();
      }
    }
    return (address & 1) == 0 && inRange(address) && boundaries.get(index(address));
  }
}
