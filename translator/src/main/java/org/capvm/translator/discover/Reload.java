package org.capvm.translator.discover;

import java.util.List;
import org.capvm.runtime.isa.Instruction;
import org.capvm.translator.discover.FlowGraph.Place;

/**
 * Finds the load that another load repeats. GCC guards a jump table with a sign-extending load of
 * the index and scales a zero-extending one of the same word: {@code lw a3,0(a0); bltu a5,a3,...;
 * lwu a5,0(a0)}.
 */
final class Reload {
  private static final int STACK_POINTER = 2;
  private static final int MAX_BLOCKS = 8;

  private Reload() {}

  /**
   * The nearest earlier load from the same place in memory, with nothing on the way that stores or
   * changes the address, on the only way to {@code load}; null if there is none. The two may extend
   * the value differently. Spills to the stack are not expected to hit what another register points
   * to; a table sized wrongly for that reason costs time only, translated code checks the index.
   */
  static Place of(FlowGraph graph, Place load) {
    Instruction wanted = load.instruction();
    if (width(wanted) == 0) {
      return null;
    }
    BasicBlock block = load.block();
    int limit = load.index();
    for (int hops = 0; hops < MAX_BLOCKS; hops++) {
      for (int i = limit - 1; i >= 0; i--) {
        Instruction in = block.instruction(i);
        boolean changesAddress = FlowGraph.writes(in, wanted.rs1());
        if (isRepeated(in, wanted) && !changesAddress) {
          return new Place(block, i);
        }
        if (changesAddress || mayStore(in, wanted.rs1())) {
          return null;
        }
      }
      List<BasicBlock> before = graph.predecessors(block);
      if (graph.isEntry(block) || before.size() != 1 || !keepsMemory(before.getFirst().end())) {
        return null;
      }
      block = before.getFirst();
      limit = block.size();
    }
    return null;
  }

  private static boolean isRepeated(Instruction a, Instruction b) {
    return width(a) == width(b) && a.rs1() == b.rs1() && a.immediate() == b.immediate();
  }

  /** Bytes that an integer load reads; 0 for other instructions. */
  private static int width(Instruction in) {
    return switch (in.opcode()) {
      case LB, LBU -> 1;
      case LH, LHU -> 2;
      case LW, LWU -> 4;
      case LD -> 8;
      default -> 0;
    };
  }

  private static boolean mayStore(Instruction in, int base) {
    return switch (in.opcode().family()) {
      case STORE, FLOAT_STORE -> in.rs1() != STACK_POINTER || base == STACK_POINTER;
      case STORE_CONDITIONAL, ATOMIC, SYSTEM -> true;
      default -> false;
    };
  }

  private static boolean keepsMemory(Terminator end) {
    return switch (end) {
      case Terminator.FallThrough next -> true;
      case Terminator.Jump jump -> true;
      case Terminator.Branch branch -> true;
      default -> false;
    };
  }
}
