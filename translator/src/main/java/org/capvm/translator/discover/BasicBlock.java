package org.capvm.translator.discover;

import java.util.List;
import java.util.Objects;
import org.capvm.runtime.isa.Instruction;

/**
 * A straight-line run of instructions with one way in, the first instruction, and one way out. A
 * block ends before the next label and after every call, so that each return address starts one.
 */
public final class BasicBlock {
  private final long start;
  private final List<Instruction> instructions;
  private final char[] halfWords;
  private final Terminator end;

  /**
   * Creates a block.
   *
   * @param start address of the first instruction
   * @param instructions in address order, without holes
   * @param end what the last one does
   */
  public BasicBlock(long start, List<Instruction> instructions, Terminator end) {
    this.start = start;
    this.instructions = List.copyOf(instructions);
    this.end = Objects.requireNonNull(end);
    halfWords = new char[this.instructions.size() + 1];
    for (int i = 0; i < this.instructions.size(); i++) {
      halfWords[i + 1] = (char) (halfWords[i] + this.instructions.get(i).length() / 2);
    }
  }

  /** Address of the first instruction. */
  public long start() {
    return start;
  }

  /** Address behind the last instruction. */
  public long limit() {
    return address(size());
  }

  /** Number of instructions, at least 1. */
  public int size() {
    return instructions.size();
  }

  /** The instruction number {@code i}. */
  public Instruction instruction(int i) {
    return instructions.get(i);
  }

  /** The instructions in address order. */
  public List<Instruction> instructions() {
    return instructions;
  }

  /** Address of instruction number {@code i}; of the block's limit for {@code i == size()}. */
  public long address(int i) {
    return start + 2L * halfWords[i];
  }

  /** How the block ends. */
  public Terminator end() {
    return end;
  }

  @Override
  public String toString() {
    return "block " + Long.toHexString(start) + " " + size() + " instructions, " + end;
  }
}
