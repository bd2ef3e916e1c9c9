package org.capvm.translator.analyse;

import java.util.BitSet;
import java.util.List;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Terminator;

/** The control-flow graph of one function with blocks by number, in address order. */
public final class FlowGraph {
  private static final int[] NO_BLOCKS = {};

  private final FunctionCode function;
  private final BasicBlock[] blocks;
  private final int[][] successors;
  private final int entry;
  private final long accessed;
  private final BitSet frameless;

  public FlowGraph(FunctionCode function) {
    this.function = function;
    this.blocks = function.blocks().toArray(BasicBlock[]::new);
    this.successors = new int[blocks.length][];
    long registers = 0;
    for (int b = 0; b < blocks.length; b++) {
      successors[b] = findSuccessors(blocks[b].end());
      for (Instruction i : blocks[b].instructions()) {
        registers |= Effects.uses(i) | Effects.defines(i);
      }
    }
    this.accessed = registers;
    this.entry = blockAt(function.entry());
    if (entry < 0) {
      throw new IllegalArgumentException("no block at the entry of " + function.entry());
    }
    this.frameless = StackAnalysis.blocksWithoutFrame(this);
  }

  private int[] findSuccessors(Terminator end) {
    return switch (end) {
      case Terminator.FallThrough(long next) -> local(next);
      case Terminator.Jump(long target) -> local(target);
      case Terminator.Branch(long taken, long next) -> local(taken, next);
      case Terminator.Call(long target, long returnTo) -> local(returnTo);
      case Terminator.CallIndirect(long returnTo) -> local(returnTo);
      case Terminator.EnvironmentCall(long next) -> local(next);
      case Terminator.JumpTable table -> local(toArray(table.targets()));
      case Terminator.ComputedGoto computed -> local(toArray(computed.labels()));
      case Terminator.TailCall t -> NO_BLOCKS;
      case Terminator.JumpIndirect j -> NO_BLOCKS;
      case Terminator.Return r -> NO_BLOCKS;
      case Terminator.AlternateLink a -> NO_BLOCKS;
      case Terminator.Trap t -> NO_BLOCKS;
    };
  }

  private static long[] toArray(List<Long> addresses) {
    return addresses.stream().mapToLong(Long::longValue).distinct().toArray();
  }

  private int[] local(long... addresses) {
    int[] found = new int[addresses.length];
    int n = 0;
    for (long address : addresses) {
      int b = blockAt(address);
      if (b >= 0) {
        found[n++] = b;
      }
    }
    return n == found.length ? found : java.util.Arrays.copyOf(found, n);
  }

  public FunctionCode function() {
    return function;
  }

  /** Number of blocks. */
  public int size() {
    return blocks.length;
  }

  public BasicBlock block(int b) {
    return blocks[b];
  }

  /** The number of the block that starts at an address, or -1. */
  public int blockAt(long address) {
    int low = 0;
    int high = blocks.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long start = blocks[middle].start();
      if (start == address) {
        return middle;
      } else if (start < address) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Blocks of this function that control may go to from a block. */
  public int[] successors(int b) {
    return successors[b];
  }

  /**
   * Whether a block ends in a computed goto that may be a tail call instead: no frame is known to be
   * on the stack there.
   */
  public boolean mayTailJump(int b) {
    return blocks[b].end() instanceof Terminator.ComputedGoto && frameless.get(b);
  }

  /** The block the function is entered at. */
  public int entry() {
    return entry;
  }

  /** Registers that some instruction reads or writes. */
  public long accessed() {
    return accessed;
  }
}
