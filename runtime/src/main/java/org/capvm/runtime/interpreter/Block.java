package org.capvm.runtime.interpreter;

/**
 * Decoded instructions that lie one behind the other, up to a jump, the end of the page, or as many
 * as offsets reach. Conditional branches do not end a block, so only taken ones leave it.
 *
 * <p>In a block the next instruction is found by counting; the length of an instruction is not
 * waited for. That is worth a factor of two.
 */
final class Block {
  /** Address of the first instruction. */
  final long address;

  /** Packed instructions; the last one always leaves the block. */
  final long[] instructions;

  /** Arrivals by a backward branch or jump until it is worth a look; harts count without care. */
  int loopBudget;

  /** Arrivals by a call until it is worth a look. */
  int callBudget;

  private final int threshold;
  private boolean loopReported;
  private boolean callReported;

  Block(long address, long[] instructions, int threshold) {
    this.address = address;
    this.instructions = instructions;
    this.threshold = threshold;
    this.loopBudget = threshold - 1;
    this.callBudget = threshold - 1;
  }

  /** Address of an instruction of this block. */
  long address(long packed) {
    return address + 2 * PackedInstruction.offset(packed);
  }

  /** First address that does not matter to this block. */
  long end() {
    long last = instructions[instructions.length - 1];
    return address(last) + 4;
  }

  /** Makes harts that are executing this block leave it at their next instruction. */
  void forget() {
    for (int i = 0; i < instructions.length; i++) {
      int offset = PackedInstruction.offset(instructions[i]);
      instructions[i] = PackedInstruction.continuation(offset);
    }
  }

  /** Counts an arrival by a backward branch or jump; true each time the budget is used up. */
  boolean countLoop() {
    if (loopBudget > 0) {
      loopBudget--;
      return false;
    }
    loopBudget = threshold - 1;
    return true;
  }

  /** Counts an arrival by a call; true each time the budget is used up. */
  boolean countCall() {
    if (callBudget > 0) {
      callBudget--;
      return false;
    }
    callBudget = threshold - 1;
    return true;
  }

  /** Itself after counting an arrival by a call, or null when the budget is used up. */
  Block afterCall() {
    if (callBudget == 0) {
      return null;
    }
    callBudget--;
    return this;
  }

  /**
   * Itself after counting an arrival by a backward branch or jump, or null when the budget is used
   * up.
   */
  Block afterLoop() {
    if (loopBudget == 0) {
      return null;
    }
    loopBudget--;
    return this;
  }

  /** Whether a listener has still to be told; true once for each kind. */
  boolean report(HotCode.Kind kind) {
    boolean reported = kind == HotCode.Kind.LOOP ? loopReported : callReported;
    loopReported |= kind == HotCode.Kind.LOOP;
    callReported |= kind == HotCode.Kind.FUNCTION;
    return !reported;
  }
}
