package org.capvm.runtime.interpreter;

import java.util.Arrays;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.isa.InstructionFetch;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;

/**
 * The blocks of one cVM that were decoded, shared by its harts, by address of their first
 * instruction. A block is decoded when control first arrives at its address.
 *
 * <p>Forgetting a block also overwrites its instructions, so that harts which are executing it see
 * that at their next instruction. Decoding and forgetting exclude each other: an instruction that
 * was fetched before the memory changed can not be kept after it.
 */
final class DecodedCode {
  /** Half-words of a page: where a block can begin. */
  private static final int PLACES = Window.PAGE / 2;

  /** No block is longer, in bytes. */
  private static final int LONGEST = 2 * (PackedInstruction.OFFSET_MAX + 1) + 4;

  private final Window window;
  private final int threshold;
  private final Block[][] pages;

  /**
   * @param threshold the budget of arrivals of blocks, see {@link Block}
   */
  DecodedCode(Window window, int threshold) {
    this.window = window;
    this.threshold = threshold;
    this.pages = new Block[Math.toIntExact(window.size() / Window.PAGE)][];
  }

  /** The block at an address, or null where there is none yet. */
  Block find(long address) {
    long page = address >>> 12;
    if (page >= pages.length) {
      return null;
    }
    Block[] blocks = pages[(int) page];
    return blocks == null ? null : blocks[place(address)];
  }

  private static int place(long address) {
    return (int) address >>> 1 & PLACES - 1;
  }

  /**
   * The block at an address.
   *
   * @throws MemoryFault of kind FETCH when its first instruction can not be fetched
   */
  Block get(long address) {
    Block block = find(address);
    return block != null ? block : decode(address);
  }

  private synchronized Block decode(long address) {
    long[] instructions = new long[PackedInstruction.OFFSET_MAX + 1];
    int count = 0;
    int offset = 0;
    boolean open = true;
    // Each instruction has two half-words at most, and the offset of a continuation must fit.
    while (open && offset <= PackedInstruction.OFFSET_MAX - 2) {
      long at = address + 2L * offset;
      if (offset != 0 && (at & Window.PAGE - 1) == 0) {
        break;
      }
      Instruction instruction = offset == 0 ? fetch(at) : fetchOrNull(at);
      if (instruction == null) {
        break;
      }
      instructions[count] = PackedInstruction.pack(instruction, offset);
      count++;
      offset += instruction.length() / 2;
      open = !endsBlock(instruction.opcode());
      if ((at & Window.PAGE - 1) + instruction.length() > Window.PAGE) {
        break;
      }
    }
    if (open) {
      instructions[count] = PackedInstruction.continuation(offset);
      count++;
    }
    Block block = new Block(address, Arrays.copyOf(instructions, count), threshold);
    int page = (int) (address >>> 12);
    if (pages[page] == null) {
      pages[page] = new Block[PLACES];
    }
    pages[page][place(address)] = block;
    return block;
  }

  private Instruction fetch(long address) {
    return InstructionFetch.decodeAt(window, address);
  }

  /** Null where the instruction can not be fetched: control may never get there. */
  private Instruction fetchOrNull(long address) {
    try {
      return fetch(address);
    } catch (MemoryFault fault) {
      return null;
    }
  }

  /** Whether control never goes on with the next instruction. */
  private static boolean endsBlock(Opcode opcode) {
    return switch (opcode) {
      case JAL, JALR, EBREAK, ILLEGAL -> true;
      default -> false;
    };
  }

  /** Forgets the blocks with an instruction in {@code [start, end)}, for all harts. */
  synchronized void invalidate(long start, long end) {
    long first = Math.max(0, start - LONGEST);
    long last = Math.min(end, window.size());
    for (long page = first & -Window.PAGE; page < last; page += Window.PAGE) {
      Block[] blocks = pages[(int) (page >>> 12)];
      if (blocks != null) {
        forget(blocks, start, end);
      }
    }
  }

  private static void forget(Block[] blocks, long start, long end) {
    for (int i = 0; i < blocks.length; i++) {
      Block block = blocks[i];
      if (block != null && block.address < end && block.end() > start) {
        blocks[i] = null;
        block.forget();
      }
    }
  }

  /** Forgets everything, for all harts. */
  void invalidate() {
    invalidate(0, window.size());
  }
}
