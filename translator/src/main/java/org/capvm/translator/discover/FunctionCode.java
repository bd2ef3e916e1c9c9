package org.capvm.translator.discover;

import java.util.List;
import java.util.Optional;

/**
 * The code of one guest function. Addresses are link-time virtual addresses.
 *
 * @param entry address of the first instruction to execute
 * @param limit address behind the function's range: that of its frame description, or up to the
 *     next function. The range starts at {@code entry}, unless the code is {@link #enteredAt
 *     entered in its middle}
 * @param name its symbol, if there is one
 * @param origin how its start was found
 * @param blocks what is reachable from the entry inside the range, sorted by address; one of them
 *     starts at {@code entry}
 */
public record FunctionCode(
    long entry, long limit, Optional<String> name, Origin origin, List<BasicBlock> blocks) {

  /** Copies the list of blocks. */
  public FunctionCode {
    blocks = List.copyOf(blocks);
  }

  /** The block that starts at {@code address}, if there is one. */
  public Optional<BasicBlock> blockAt(long address) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long start = blocks.get(middle).start();
      if (start == address) {
        return Optional.of(blocks.get(middle));
      } else if (start < address) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  /**
   * The same code entered in its middle.
   *
   * @param address where one of its blocks starts
   */
  public FunctionCode enteredAt(long address) {
    if (blockAt(address).isEmpty()) {
      throw new IllegalArgumentException("no block at " + address);
    }
    return new FunctionCode(address, limit, name, origin, blocks);
  }

  /** The number of instructions of all blocks. */
  public int instructionCount() {
    int n = 0;
    for (BasicBlock block : blocks) {
      n += block.size();
    }
    return n;
  }
}
