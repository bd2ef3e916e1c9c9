package org.capvm.translator.analyse;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.Terminator;

/**
 * An innermost loop that walks through memory in constant steps, so that one range check can serve
 * {@link #CHUNK} iterations: each access it makes at {@code address + i * stride} in iteration i of
 * a chunk lies in a {@link Range} known before the chunk begins.
 *
 * <p>Nothing is assumed of how often the loop runs or how it ends.
 */
public final class StridedLoop {
  /**
   * Iterations that one range check serves. Copying bytes takes 9.8 ms with 1024, 9.4 with 256 and
   * 12.3 with 64; the smaller, the closer to the end of its memory a loop stays fast.
   */
  public static final int CHUNK = 256;

  /** Strides in bytes up to which a chunk stays within 4 MiB: rows of a matrix. */
  private static final long MAX_STRIDE = 1 << 14;

  /** Bytes that accesses of one range may be apart in one iteration. */
  private static final long MAX_SPAN = 1 << 12;

  /** Checks before a chunk; accesses beyond these keep a check of their own. */
  private static final int MAX_RANGES = 4;

  /** Loops are emitted twice: longer ones cost more bytecode than their checks cost time. */
  private static final int MAX_INSTRUCTIONS = 120;

  /** Instructions of a loop that one access without its check pays for. */
  private static final int INSTRUCTIONS_PER_ACCESS = 16;

  /**
   * The addresses that accesses touch in the iterations of a chunk.
   *
   * @param first guest address of the first byte, in registers at the start of the chunk
   * @param length in bytes
   * @param stride bytes from one iteration to the next; may be negative or 0
   */
  public record Range(LinearForm first, long length, long stride) {}

  /**
   * One access: its first byte in iteration i of a chunk is byte {@code offset + i * stride} of the
   * range.
   *
   * @param range index in {@link #ranges}
   * @param offset in bytes
   */
  public record Access(int range, long offset) {}

  private final int head;
  private final List<Integer> blocks;
  private final BitSet members = new BitSet();
  private final List<Range> ranges;
  private final Map<Long, Access> accesses;

  /** Indices of the ranges that are stored to. */
  private final BitSet stored;

  private StridedLoop(
      InnermostLoop loop, List<Range> ranges, Map<Long, Access> accesses, BitSet stored) {
    this.head = loop.head();
    this.blocks = loop.blocks();
    this.blocks.forEach(members::set);
    this.ranges = List.copyOf(ranges);
    this.accesses = Map.copyOf(accesses);
    this.stored = stored;
  }

  /** The loops of a function that are worth a version without checks. */
  public static List<StridedLoop> of(FlowGraph graph) {
    List<StridedLoop> found = new ArrayList<>();
    for (InnermostLoop loop : InnermostLoop.of(graph)) {
      StridedLoop strided = of(graph, loop);
      if (strided != null) {
        found.add(strided);
      }
    }
    return found;
  }

  private static StridedLoop of(FlowGraph graph, InnermostLoop loop) {
    int size = 0;
    for (int b : loop.blocks()) {
      if (!isPlain(graph, b)) {
        return null;
      }
      size += graph.block(b).size();
    }
    if (size > MAX_INSTRUCTIONS) {
      return null;
    }
    List<LoopAddresses.Address> addresses = LoopAddresses.of(graph, loop);
    addresses.removeIf(a -> a.stride() > MAX_STRIDE || a.stride() < -MAX_STRIDE);
    List<Group> groups = groups(addresses);
    Map<Long, Access> accesses = new HashMap<>();
    List<Range> ranges = new ArrayList<>();
    BitSet stored = new BitSet();
    boolean moves = false;
    for (Group group : groups) {
      moves |= group.stride() != 0;
      stored.set(ranges.size(), group.members.stream().anyMatch(LoopAddresses.Address::isStore));
      group.addTo(ranges, accesses);
    }
    // A loop that looks at fixed places only waits for somebody: it stays as it is.
    boolean worthwhile = moves && size <= INSTRUCTIONS_PER_ACCESS * accesses.size();
    return worthwhile ? new StridedLoop(loop, ranges, accesses, stored) : null;
  }

  /** Whether a block only computes, accesses memory and branches inside its function. */
  private static boolean isPlain(FlowGraph graph, int b) {
    switch (graph.block(b).end()) {
      case Terminator.FallThrough f -> {}
      case Terminator.Jump j -> {}
      case Terminator.Branch c -> {}
      default -> {
        return false;
      }
    }
    for (Instruction i : graph.block(b).instructions()) {
      switch (i.opcode().family()) {
        case LOAD_RESERVED, STORE_CONDITIONAL, ATOMIC, FENCE, CSR, SYSTEM, ILLEGAL -> {
          return false;
        }
        default -> {
          // It computes, or accesses memory.
        }
      }
    }
    return true;
  }

  /** Accesses near each other: the same registers, and constants less than a span apart. */
  private record Group(List<LoopAddresses.Address> members) {
    long stride() {
      return members.getFirst().stride();
    }

    /** Bytes from the lowest member to an address that is not below; negative when beyond 2^63. */
    long distance(LoopAddresses.Address a) {
      return a.form().constant() - members.getFirst().form().constant();
    }

    void addTo(List<Range> ranges, Map<Long, Access> accesses) {
      LoopAddresses.Address lowest = members.getFirst();
      long limit = 0;
      for (LoopAddresses.Address a : members) {
        limit = Math.max(limit, distance(a) + a.size());
      }
      long travel = (CHUNK - 1) * stride();
      long below = Math.min(travel, 0);
      for (LoopAddresses.Address a : members) {
        accesses.put(a.instruction(), new Access(ranges.size(), distance(a) - below));
      }
      ranges.add(new Range(lowest.form().plus(below), limit + Math.abs(travel), stride()));
    }
  }

  /** Groups accesses, and keeps the groups that have the most. */
  private static List<Group> groups(List<LoopAddresses.Address> addresses) {
    Map<Map<Integer, Long>, List<LoopAddresses.Address>> byTerms = new LinkedHashMap<>();
    for (LoopAddresses.Address a : addresses) {
      byTerms.computeIfAbsent(a.form().terms(), t -> new ArrayList<>()).add(a);
    }
    List<Group> groups = new ArrayList<>();
    for (List<LoopAddresses.Address> same : byTerms.values()) {
      same.sort(Comparator.comparingLong(a -> a.form().constant()));
      Group group = null;
      for (LoopAddresses.Address a : same) {
        if (group == null || group.distance(a) > MAX_SPAN || group.distance(a) < 0) {
          group = new Group(new ArrayList<>());
          groups.add(group);
        }
        group.members.add(a);
      }
    }
    groups.sort(Comparator.comparingInt(g -> -g.members.size()));
    return groups.subList(0, Math.min(groups.size(), MAX_RANGES));
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

  /** What to check before a chunk. */
  public List<Range> ranges() {
    return ranges;
  }

  /** Whether one of the accesses of a range is a store. */
  public boolean isStored(int range) {
    return stored.get(range);
  }

  /**
   * How the load or store at a link-time address accesses a range; null if it has to be checked.
   */
  public Access access(long address) {
    return accesses.get(address);
  }
}
