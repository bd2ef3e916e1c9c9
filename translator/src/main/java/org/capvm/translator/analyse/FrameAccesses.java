package org.capvm.translator.analyse;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;

/**
 * Which loads and stores of a function go to a constant offset from the stack pointer that it was
 * entered with, through sp or any other register: one range check at the entry serves them all.
 *
 * <p>Unlike {@link StackAnalysis} it assumes nothing about memory or the ABI: it follows exactly
 * the values that generated code has in its locals.
 */
public final class FrameAccesses {
  /** What a register that is no constant offset from sp holds; no offset is as large. */
  private static final long UNKNOWN = Long.MAX_VALUE;

  /** How far from sp an access may be that shares the check, in bytes. */
  private static final int FARTHEST = 64 << 10;

  /** A constant {@code c}, as frames beyond 2 KiB are made with, is {@code CONSTANT + c}. */
  private static final long CONSTANT = 1L << 50;

  /** Larger constants and offsets are not followed. */
  private static final long LARGEST = 1L << 32;

  /** The smallest frame of the ABI, in bytes: sp is a multiple of it at calls. */
  private static final int SMALLEST_FRAME = 16;

  private final FlowGraph graph;
  private final ProgramAnalysis program;
  private final long[][] in;
  private final Map<Long, Long> offsets = new HashMap<>();
  private int below;
  private int above;
  private boolean descends = true;

  public FrameAccesses(FlowGraph graph, ProgramAnalysis program) {
    this.graph = graph;
    this.program = program;
    this.in = new long[graph.size()][];
    solve();
    for (int b = 0; b < graph.size(); b++) {
      if (in[b] != null) {
        descends &= leavesBelow(b, measure(b));
      }
    }
  }

  /** How far below sp they go, in bytes. */
  public int below() {
    return below;
  }

  /** How far above sp they go, in bytes. */
  public int above() {
    return above;
  }

  /** How many there are. */
  public int count() {
    return offsets.size();
  }

  /**
   * The offset from sp at the function's entry that an access goes to.
   *
   * @param address of the instruction
   * @return empty when the check does not cover it
   */
  public OptionalLong offset(long address) {
    Long offset = offsets.get(address);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /**
   * Whether sp is lower by a frame of the ABI whenever it calls, and never above where it was when
   * it jumps elsewhere. Recursion moves sp then, unless another function on the way does not.
   */
  public boolean descends() {
    return descends;
  }

  private boolean leavesBelow(int b, long sp) {
    boolean known = isOffset(sp);
    return switch (graph.block(b).end()) {
      case Terminator.Call c -> known && sp <= -SMALLEST_FRAME;
      case Terminator.CallIndirect c -> known && sp <= -SMALLEST_FRAME;
      default -> graph.exits(b).length == 0 || known && sp <= 0;
    };
  }

  private void solve() {
    long[] start = new long[32];
    Arrays.fill(start, UNKNOWN);
    start[0] = CONSTANT;
    start[RegisterSet.SP] = 0;
    in[graph.entry()] = start;
    ArrayDeque<Integer> work = new ArrayDeque<>();
    boolean[] queued = new boolean[graph.size()];
    work.add(graph.entry());
    while (!work.isEmpty()) {
      int b = work.poll();
      queued[b] = false;
      long[] values = in[b].clone();
      for (Instruction i : graph.block(b).instructions()) {
        step(i, values);
      }
      clobber(b, values);
      for (int s : graph.successors(b)) {
        if (meet(s, values) && !queued[s]) {
          queued[s] = true;
          work.add(s);
        }
      }
    }
  }

  /** Forgets what the transfer at the end of a block changes. */
  private void clobber(int b, long[] values) {
    long changed =
        switch (graph.block(b).end()) {
          case Terminator.Call(long target, long returnTo) ->
              ProgramAnalysis.modifiedByCall(program.at(target));
          case Terminator.FallThrough f -> RegisterSet.NONE;
          case Terminator.Jump j -> RegisterSet.NONE;
          case Terminator.Branch branch -> RegisterSet.NONE;
          case Terminator.JumpTable table -> RegisterSet.NONE;
          default -> RegisterSet.CALLER_SAVED;
        };
    for (int r = 1; r < 32; r++) {
      if (RegisterSet.contains(changed, r)) {
        values[r] = UNKNOWN;
      }
    }
  }

  private boolean meet(int b, long[] values) {
    if (in[b] == null) {
      in[b] = values.clone();
      return true;
    }
    boolean changed = false;
    for (int r = 1; r < 32; r++) {
      if (in[b][r] != values[r] && in[b][r] != UNKNOWN) {
        in[b][r] = UNKNOWN;
        changed = true;
      }
    }
    return changed;
  }

  /** Notes the accesses of a block; the offset of sp at its end. */
  private long measure(int b) {
    BasicBlock block = graph.block(b);
    long[] values = in[b].clone();
    for (int k = 0; k < block.size(); k++) {
      Instruction i = block.instruction(k);
      if (isAccess(i) && isOffset(values[i.rs1()])) {
        long offset = values[i.rs1()] + i.immediate();
        if (Math.abs(offset) < FARTHEST) {
          offsets.put(block.address(k), offset);
          below = (int) Math.max(below, -offset);
          above = (int) Math.max(above, offset + sizeOf(i));
        }
      }
      step(i, values);
    }
    return values[RegisterSet.SP];
  }

  private static boolean isAccess(Instruction i) {
    return switch (i.opcode().family()) {
      case LOAD, STORE, FLOAT_LOAD, FLOAT_STORE -> true;
      default -> false;
    };
  }

  private static int sizeOf(Instruction i) {
    return switch (i.opcode()) {
      case LB, LBU, SB -> Byte.BYTES;
      case LH, LHU, SH -> Short.BYTES;
      case LW, LWU, SW, FLW, FSW -> Integer.BYTES;
      default -> Long.BYTES;
    };
  }

  private static void step(Instruction i, long[] values) {
    long result =
        switch (i.opcode()) {
          case ADDI -> sum(values[i.rs1()], CONSTANT + i.immediate());
          case ADDIW ->
              isConstant(values[i.rs1()])
                  ? CONSTANT + (int) (values[i.rs1()] - CONSTANT + i.immediate())
                  : UNKNOWN;
          case ADD -> sum(values[i.rs1()], values[i.rs2()]);
          case LUI -> CONSTANT + i.immediate();
          default -> UNKNOWN;
        };
    long defined = Effects.defines(i);
    for (int r = 1; r < 32; r++) {
      if (RegisterSet.contains(defined, r)) {
        values[r] = result;
      }
    }
  }

  /** The sum of an offset and a constant, or of two constants. */
  private static long sum(long a, long b) {
    if (isConstant(b)) {
      return isOffset(a) || isConstant(a) ? a + (b - CONSTANT) : UNKNOWN;
    }
    return isConstant(a) && isOffset(b) ? b + (a - CONSTANT) : UNKNOWN;
  }

  private static boolean isConstant(long v) {
    return Math.abs(v - CONSTANT) < LARGEST;
  }

  private static boolean isOffset(long v) {
    return Math.abs(v) < LARGEST;
  }
}
