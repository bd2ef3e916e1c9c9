package org.capvm.translator.discover;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.capvm.translator.elf.AddressRange;

/** Which half-words of the code ranges belong to something that was found. */
final class Coverage {
  private final List<AddressRange> ranges;
  private final List<BitSet> covered = new ArrayList<>();

  /** The part of {@link #covered} that is not blocks. */
  private final List<BitSet> others = new ArrayList<>();

  private final List<BitSet> instructionStarts = new ArrayList<>();

  /**
   * Creates an empty one.
   *
   * @param ranges sorted, without overlap
   */
  Coverage(List<AddressRange> ranges) {
    this.ranges = ranges;
    for (int i = 0; i < ranges.size(); i++) {
      covered.add(new BitSet());
      others.add(new BitSet());
      instructionStarts.add(new BitSet());
    }
  }

  private int rangeOf(long address) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).contains(address)) {
        return i;
      }
    }
    return -1;
  }

  private int index(int range, long address) {
    return (int) (address - ranges.get(range).start() >> 1);
  }

  /** Marks something that is not a function. */
  void add(AddressRange part) {
    int r = rangeOf(part.start());
    covered.get(r).set(index(r, part.start()), index(r, part.end()));
    others.get(r).set(index(r, part.start()), index(r, part.end()));
  }

  /** Marks the instructions of blocks. */
  void add(List<BasicBlock> blocks) {
    for (BasicBlock block : blocks) {
      int r = rangeOf(block.start());
      covered.get(r).set(index(r, block.start()), index(r, block.limit()));
      for (int i = 0; i < block.size(); i++) {
        instructionStarts.get(r).set(index(r, block.address(i)));
      }
    }
  }

  /** Takes all blocks back, but not what else was added. */
  void removeInstructions() {
    for (int r = 0; r < ranges.size(); r++) {
      covered.get(r).clear();
      covered.get(r).or(others.get(r));
      instructionStarts.get(r).clear();
    }
  }

  /** Whether an instruction that was found starts there. */
  boolean isInstruction(long address) {
    int r = rangeOf(address);
    return r >= 0 && (address & 1) == 0 && instructionStarts.get(r).get(index(r, address));
  }

  boolean isCovered(long address) {
    int r = rangeOf(address);
    return r >= 0 && covered.get(r).get(index(r, address));
  }

  /** The parts of the code ranges that are not covered, in order. */
  List<AddressRange> holes() {
    List<AddressRange> holes = new ArrayList<>();
    for (int r = 0; r < ranges.size(); r++) {
      long start = ranges.get(r).start();
      int size = (int) (ranges.get(r).size() >> 1);
      BitSet bits = covered.get(r);
      for (int from = bits.nextClearBit(0); from < size; ) {
        int to = bits.nextSetBit(from);
        int end = to < 0 ? size : Math.min(to, size);
        holes.add(new AddressRange(start + 2L * from, start + 2L * end));
        from = bits.nextClearBit(end);
      }
    }
    return holes;
  }
}
