package org.capvm.translator.emit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.analyse.FlowGraph;
import org.capvm.translator.analyse.NarrowTypes;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;

/**
 * How a function that is too large for one JVM method is cut: into runs of blocks in address order,
 * cut where the fewest loops are cut.
 *
 * <p>HotSpot never compiles a method of more than 8,000 bytes of bytecode; interpreted, such a
 * function runs 26 times slower than native.
 */
final class RegionPlan {
  /** About how many bytes a {@link Dispatch} takes. */
  private static final int DISPATCH_SIZE = 100;

  private final FlowGraph graph;
  private final int[] regionOf;
  private final List<int[]> ranges = new ArrayList<>();
  private final List<int[]> entries = new ArrayList<>();
  private final int[] entryNumbers;

  /**
   * Cuts a function.
   *
   * @param target bytes of bytecode that a region should have at most, as {@link #estimate} counts
   * @param extraEntries blocks that must be entries
   */
  RegionPlan(FlowGraph graph, int target, int... extraEntries) {
    this.graph = graph;
    int n = graph.size();
    regionOf = new int[n];
    int[] depth = loopDepths();
    int start = 0;
    while (start < n) {
      int limit = cut(start, target, depth);
      Arrays.fill(regionOf, start, limit, ranges.size());
      ranges.add(new int[] {start, limit});
      start = limit;
    }
    BitSet entrySet = new BitSet();
    entrySet.set(graph.entry());
    for (int b : extraEntries) {
      entrySet.set(b);
    }
    for (int b = 0; b < n; b++) {
      boolean dispatched = Dispatch.isDispatched(graph.block(b));
      for (int s : graph.successors(b)) {
        if (dispatched || regionOf[s] != regionOf[b]) {
          entrySet.set(s);
        }
      }
    }
    entryNumbers = new int[n];
    int number = 0;
    for (int[] range : ranges) {
      List<Integer> found = new ArrayList<>();
      for (int b = entrySet.nextSetBit(range[0]); b >= 0 && b < range[1]; ) {
        entryNumbers[b] = number++;
        found.add(b);
        b = entrySet.nextSetBit(b + 1);
      }
      entries.add(found.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  /** For each block, how many loops a cut just before it would cut. */
  private int[] loopDepths() {
    int[] depth = new int[graph.size() + 1];
    for (int b = 0; b < graph.size(); b++) {
      if (Dispatch.isDispatched(graph.block(b))) {
        continue; // Goes through the hart anyway.
      }
      for (int s : graph.successors(b)) {
        if (s < b) {
          depth[s + 1]++;
          depth[b + 1]--;
        }
      }
    }
    for (int b = 1; b < depth.length; b++) {
      depth[b] += depth[b - 1];
    }
    return depth;
  }

  private int cut(int start, int target, int[] depth) {
    int size = 0;
    int best = start + 1;
    int b = start;
    while (b < graph.size()) {
      size += estimateInRegion(graph.block(b));
      if (size > target && b > start) {
        break;
      }
      b++;
      if (b == graph.size()) {
        return b;
      }
      if (size >= target / 3 && (best == start + 1 || depth[b] <= depth[best])) {
        best = b;
      }
    }
    return Math.max(best, start + 1);
  }

  /** About how many bytes of bytecode a function becomes. */
  static int estimate(FlowGraph graph) {
    int size = 0;
    for (int b = 0; b < graph.size(); b++) {
      size += estimate(graph.block(b));
    }
    return size;
  }

  private static int estimateInRegion(BasicBlock block) {
    return Dispatch.isDispatched(block) ? DISPATCH_SIZE + bodyEstimate(block) : estimate(block);
  }

  private static int bodyEstimate(BasicBlock block) {
    int size = 4;
    for (Instruction i : block.instructions()) {
      size +=
          switch (i.opcode().family()) {
            case LOAD, STORE, FLOAT_LOAD, FLOAT_STORE -> 12;
            case UPPER_IMMEDIATE -> 5;
            case ALU_IMMEDIATE, ALU_IMMEDIATE_WORD, ALU_REGISTER, ALU_REGISTER_WORD -> 7;
            case BRANCH -> 16;
            default -> 14;
          };
    }
    return size;
  }

  private static int estimate(BasicBlock block) {
    return bodyEstimate(block)
        + switch (block.end()) {
          case Terminator.Call c -> 50;
          case Terminator.CallIndirect c -> 60;
          case Terminator.TailCall t -> 60;
          case Terminator.Return r -> 60;
          case Terminator.JumpIndirect j -> 100;
          case Terminator.JumpTable t -> 40 + 6 * t.targets().size();
          case Terminator.ComputedGoto c -> 40 + 10 * c.labels().size();
          case Terminator.Trap t -> 60;
          case Terminator.EnvironmentCall c -> 100;
          case Terminator.AlternateLink a -> 100;
          default -> 6;
        };
  }

  /** The region of a block. */
  int regionOf(int block) {
    return regionOf[block];
  }

  /** The number of regions. */
  int size() {
    return ranges.size();
  }

  /** The first block of a region. */
  int from(int region) {
    return ranges.get(region)[0];
  }

  /** The block behind the last one of a region. */
  int to(int region) {
    return ranges.get(region)[1];
  }

  /** The estimated size of a region in bytes of bytecode. */
  int estimate(int region) {
    int size = 0;
    for (int b = from(region); b < to(region); b++) {
      size += estimateInRegion(graph.block(b));
    }
    return size;
  }

  /** The types of values when every entry of every region takes its registers from the hart. */
  NarrowTypes types(FunctionFacts facts) {
    BitSet all = new BitSet();
    for (int[] of : entries) {
      for (int b : of) {
        all.set(b);
      }
    }
    return new NarrowTypes(
        graph, facts.file.program, facts.live, facts.tracked, all, facts.file.bias);
  }

  /** The blocks at which a region is entered. */
  int[] entries(int region) {
    return entries.get(region);
  }

  /** The number by which the driver knows an entry; numbers of a region are consecutive. */
  int entryNumber(int block) {
    return entryNumbers[block];
  }
}
