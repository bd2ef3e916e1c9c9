package org.capvm.translator.analyse;

import java.util.BitSet;
import java.util.List;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Terminator;

/** The control-flow graph of one function with blocks by number, in address order. */
public final class FlowGraph implements ControlFlow {
  private static final int[] NO_BLOCKS = {};
  private static final long[] NO_ADDRESSES = {};

  private final FunctionCode function;
  private final BasicBlock[] blocks;
  private final int[][] successors;
  private final int entry;
  private final long accessed;
  private final BitSet frameless;
  private final BitSet neverReturns = new BitSet();
  private final long[][] exits;
  private final long[] uses;
  private final long[] strongUses;
  private final long[] definitions;

  public FlowGraph(FunctionCode function) {
    this.function = function;
    this.blocks = function.blocks().toArray(BasicBlock[]::new);
    this.successors = new int[blocks.length][];
    long registers = 0;
    this.exits = new long[blocks.length][];
    this.uses = new long[blocks.length];
    this.strongUses = new long[blocks.length];
    this.definitions = new long[blocks.length];
    for (int b = 0; b < blocks.length; b++) {
      successors[b] = findSuccessors(blocks[b].end());
      exits[b] = findExits(blocks[b].end());
      for (Instruction i : blocks[b].instructions()) {
        registers |= Effects.uses(i) | Effects.defines(i);
        uses[b] |= Effects.uses(i) & ~definitions[b];
        strongUses[b] |= Effects.certainUses(i) & ~definitions[b];
        definitions[b] |= Effects.defines(i);
      }
    }
    this.accessed = registers;
    this.entry = blockAt(function.entry());
    if (entry < 0) {
      throw new IllegalArgumentException("no block at the entry of " + function.entry());
    }
    cutTailJumps();
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

  private long[] findExits(Terminator end) {
    return switch (end) {
      case Terminator.FallThrough(long next) -> outside(next);
      case Terminator.Jump(long target) -> outside(target);
      case Terminator.Branch(long taken, long next) -> outside(taken, next);
      case Terminator.TailCall(long target) -> new long[] {target};
      case Terminator.JumpTable table -> outside(toArray(table.targets()));
      default -> NO_ADDRESSES;
    };
  }

  private long[] outside(long... addresses) {
    long[] found = java.util.Arrays.stream(addresses).filter(a -> blockAt(a) < 0).toArray();
    return found.length == 0 ? NO_ADDRESSES : found;
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

  @Override
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

  @Override
  public int[] successors(int b) {
    return successors[b];
  }

  /**
   * A jump through a register behind which a frame was taken down is a tail call, even where data
   * that looks like labels made it a computed goto.
   */
  private void cutTailJumps() {
    int[][] labels = new int[blocks.length][];
    boolean any = false;
    for (int b = 0; b < blocks.length; b++) {
      if (blocks[b].end() instanceof Terminator.ComputedGoto) {
        labels[b] = successors[b];
        successors[b] = NO_BLOCKS;
        any = true;
      }
    }
    if (any) {
      BitSet tailJumps = StackAnalysis.blocksBehindFrame(this);
      for (int b = 0; b < blocks.length; b++) {
        if (labels[b] != null && !tailJumps.get(b)) {
          successors[b] = labels[b];
        }
      }
    }
  }

  /** Whether a block ends in a jump through a register that is a tail call for certain. */
  public boolean isTailJump(int b) {
    return blocks[b].end() instanceof Terminator.ComputedGoto && successors[b].length == 0;
  }

  /**
   * Whether a block ends in a computed goto that may be a tail call instead: no frame is known to
   * be on the stack there.
   */
  public boolean mayTailJump(int b) {
    return isTailJump(b)
        || (blocks[b].end() instanceof Terminator.ComputedGoto && frameless.get(b));
  }

  /** Notes that the call at the end of a block never comes back. */
  void setNeverReturns(int b) {
    successors[b] = NO_BLOCKS;
    neverReturns.set(b);
  }

  /** Whether the call at the end of a block is known never to come back. */
  public boolean neverReturns(int b) {
    return neverReturns.get(b);
  }

  /** Addresses outside the function that a block may jump, branch or fall to. */
  public long[] exits(int b) {
    return exits[b];
  }

  /** Registers that a block may read before it writes them. */
  long uses(int b) {
    return uses[b];
  }

  /** Registers that a block reads for certain before it writes them. */
  long strongUses(int b) {
    return strongUses[b];
  }

  /** Registers that a block writes. */
  public long definitions(int b) {
    return definitions[b];
  }

  @Override
  public int entry() {
    return entry;
  }

  /** Registers that some instruction reads or writes. */
  public long accessed() {
    return accessed;
  }
}
