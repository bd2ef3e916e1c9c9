package org.capvm.translator.analyse;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.capvm.translator.analyse.CapabilityLoopAddresses.Address;
import org.capvm.translator.analyse.CapabilityLoopAddresses.Use;
import org.capvm.translator.discover.ReachableCode;

/**
 * An innermost loop of code with capabilities that walks through memory in constant steps, so that
 * one check of authority can serve many iterations.
 *
 * <p>As in a {@link StridedLoop}, nothing is assumed of how often the loop runs or how it ends. How
 * many iterations a check serves is found when it is made: bounds of capabilities are narrow.
 */
public final class CapabilityLoop {
  /** Bytes that accesses of one range may be apart in one iteration. */
  private static final long MAX_SPAN = 1 << 12;

  /** Checks before a chunk: two for each pointer, of its accesses and of its moves. */
  private static final int MAX_RANGES = 8;

  /** As in {@link StridedLoop}: longer loops cost more bytecode than their checks cost time. */
  private static final int MAX_INSTRUCTIONS = 120;

  /** As in {@link StridedLoop}. */
  private static final int INSTRUCTIONS_PER_ACCESS = 16;

  /**
   * What to ask a capability for: {@code [first + i * stride, first + i * stride + span)} in
   * iteration i.
   *
   * @param authority the register whose capability is asked, or 0 for DDC
   * @param first address in registers at the start of the first iteration, before relocation
   * @param span in bytes
   * @param stride in bytes; may be negative or 0
   */
  public record Range(int authority, LinearForm first, long span, long stride) {}

  /**
   * One access: its first byte in iteration i is byte {@code offset + i * stride} of the range.
   *
   * @param range index in {@link #ranges}
   * @param offset in bytes
   */
  public record Access(int range, long offset) {}

  private final int head;
  private final List<Integer> blocks;
  private final BitSet members = new BitSet();
  private final List<Range> ranges = new ArrayList<>();
  private final BitSet stored = new BitSet();
  private final List<Range> moveRanges = new ArrayList<>();
  private final Map<Long, Access> accesses = new HashMap<>();
  private final Set<Long> moves = new HashSet<>();

  private CapabilityLoop(InnermostLoop loop) {
    this.head = loop.head();
    this.blocks = loop.blocks();
    this.blocks.forEach(members::set);
  }

  /** The loops of some code that are worth a version without checks. */
  public static List<CapabilityLoop> of(ReachableCode code) {
    CapabilityFlow graph = new CapabilityFlow(code);
    List<CapabilityLoop> found = new ArrayList<>();
    for (InnermostLoop loop : InnermostLoop.of(graph)) {
      CapabilityLoop strided = new CapabilityLoop(loop);
      if (strided.find(graph, loop)) {
        found.add(strided);
      }
    }
    return found;
  }

  private boolean find(CapabilityFlow graph, InnermostLoop loop) {
    int size = 0;
    for (int b : blocks) {
      if (!graph.run(b).instructions().stream().allMatch(CapabilityLoop::isPlain)) {
        return false;
      }
      size += graph.run(b).instructions().size();
    }
    if (size > MAX_INSTRUCTIONS) {
      return false;
    }
    List<List<Address>> groups = groups(CapabilityLoopAddresses.of(graph, loop));
    boolean progresses = false;
    for (List<Address> group : groups) {
      add(group);
      progresses |= group.getFirst().use() != Use.MOVE && group.getFirst().stride() != 0;
    }
    boolean allMove = groups.size() <= MAX_RANGES;
    // A loop that looks at fixed places only waits for somebody: it stays as it is.
    return allMove && progresses && size <= INSTRUCTIONS_PER_ACCESS * accesses.size();
  }

  /** Whether an instruction only computes, loads, stores integers, or branches within the code. */
  private static boolean isPlain(Instruction i) {
    return switch (i.opcode().family()) {
      case UPPER_IMMEDIATE -> i.opcode() == Opcode.LUI;
      case JUMP -> i.opcode() == Opcode.JAL && i.rd() == 0;
      case EXPLICIT_STORE -> !i.opcode().format().has(Operand.CS2);
      case ALU_IMMEDIATE,
          ALU_IMMEDIATE_WORD,
          ALU_REGISTER,
          ALU_REGISTER_WORD,
          MULTIPLY,
          DIVIDE,
          BRANCH,
          LOAD,
          STORE,
          FLOAT_LOAD,
          FLOAT_STORE,
          FLOAT_ARITHMETIC,
          FLOAT_FUSED,
          FLOAT_SIGN,
          FLOAT_MINIMUM_MAXIMUM,
          FLOAT_COMPARE,
          FLOAT_CLASSIFY,
          FLOAT_CONVERT,
          FLOAT_MOVE,
          CAPABILITY_QUERY,
          CAPABILITY_MODIFY,
          CAPABILITY_LOAD,
          EXPLICIT_LOAD ->
          true;
      default -> false;
    };
  }

  /** What a range has in common, but for how near its members are. */
  private record Kind(Use use, int authority, Map<Integer, Long> terms) {}

  private static List<List<Address>> groups(List<Address> addresses) {
    Map<Kind, List<Address>> byKind = new LinkedHashMap<>();
    for (Address a : addresses) {
      Kind kind = new Kind(a.use(), a.authority(), a.form().terms());
      byKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(a);
    }
    List<List<Address>> groups = new ArrayList<>();
    for (List<Address> same : byKind.values()) {
      same.sort(Comparator.comparingLong(a -> a.form().constant()));
      List<Address> group = null;
      for (Address a : same) {
        if (group == null || distance(group, a) > MAX_SPAN || distance(group, a) < 0) {
          group = new ArrayList<>();
          groups.add(group);
        }
        group.add(a);
      }
    }
    return groups;
  }

  /** Bytes from the lowest member to an address that is not below; negative when beyond 2^63. */
  private static long distance(List<Address> group, Address a) {
    return a.form().constant() - group.getFirst().form().constant();
  }

  private void add(List<Address> group) {
    Address lowest = group.getFirst();
    long span = 0;
    for (Address a : group) {
      span = Math.max(span, distance(group, a) + a.size());
    }
    Range range = new Range(lowest.authority(), lowest.form(), span, lowest.stride());
    if (lowest.use() == Use.MOVE) {
      group.forEach(a -> moves.add(a.instruction()));
      moveRanges.add(range);
      return;
    }
    group.forEach(
        a -> accesses.put(a.instruction(), new Access(ranges.size(), distance(group, a))));
    stored.set(ranges.size(), lowest.use() == Use.STORE);
    ranges.add(range);
  }

  /** The block at which the loop is entered and an iteration begins. */
  public int head() {
    return head;
  }

  /** The blocks: the head first, then each behind all its predecessors in the loop. */
  public List<Integer> blocks() {
    return blocks;
  }

  /** Whether a block belongs to the loop. */
  public boolean contains(int block) {
    return members.get(block);
  }

  /** What has to be authorised before a chunk. */
  public List<Range> ranges() {
    return ranges;
  }

  /** Whether a range is of stores; otherwise it is of loads. */
  public boolean isStored(int range) {
    return stored.get(range);
  }

  /**
   * Where addresses of capabilities go, in bounds or to their end, without changing anything else.
   */
  public List<Range> moveRanges() {
    return moveRanges;
  }

  /** Whether the instruction at an address only changes an address while moves stay in bounds. */
  public boolean isMove(long address) {
    return moves.contains(address);
  }

  /** How the load or store at an address accesses a range; null if it has to be checked. */
  public Access access(long address) {
    return accesses.get(address);
  }
}
