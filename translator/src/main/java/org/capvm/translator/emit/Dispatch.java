package org.capvm.translator.emit;

import java.util.SortedMap;
import java.util.TreeMap;
import org.capvm.runtime.code.LabelTable;
import org.capvm.translator.analyse.FlowGraph;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Jumps that look their target up in a {@link LabelTable}. An interpreter loop ends each of its
 * hundreds of operations with a computed goto to any other; a search through a switch at each of
 * them would take nine compares, and be many times larger than the rest of the code.
 */
final class Dispatch {
  private static final String TABLE = "org/capvm/runtime/code/LabelTable";

  /** Bytes that a string constant may have; labels behind them stay unknown. */
  private static final int MOST_BYTES = 65_000;

  private Dispatch() {}

  /** Whether a block ends in a computed goto, or in a table whose index is not at hand. */
  static boolean isDispatched(BasicBlock block) {
    return switch (block.end()) {
      case Terminator.ComputedGoto computed -> true;
      case Terminator.JumpTable table -> !isIndexed(block, table);
      default -> false;
    };
  }

  /** Whether the block that ends in the jump also loads the entry, and so knows its index. */
  static boolean isIndexed(BasicBlock block, Terminator.JumpTable table) {
    return table.load() >= block.start() && table.load() < block.limit();
  }

  /**
   * Emits the lookup of the label at an address; pushes its number or {@link LabelTable#NONE}.
   *
   * @param pushTarget pushes the address
   * @param labels numbers by link-time address; not empty
   */
  static void emitLookup(
      MethodVisitor mv, Runnable pushTarget, SortedMap<Long, Integer> labels, long bias) {
    long first = labels.firstKey();
    TreeMap<Integer, Integer> entries = new TreeMap<>();
    labels.forEach(
        (address, number) -> {
          if (address - first < 2L * MOST_BYTES) {
            entries.put((int) ((address - first) >> 1), number);
          }
        });
    pushTarget.run();
    Constants.push(mv, first + bias);
    mv.visitLdcInsn(table(entries));
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, TABLE, "at", "(JJLjava/lang/String;)I", false);
  }

  /**
   * With the index of a jump table's entry on the stack, pushes the number of its label instead.
   *
   * @param numbers by index; not empty
   */
  static void emitLookup(MethodVisitor mv, SortedMap<Integer, Integer> numbers) {
    mv.visitLdcInsn(table(numbers));
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, TABLE, "at", "(ILjava/lang/String;)I", false);
  }

  /** The table as a string; entries that would make it too large are left out. */
  static String table(SortedMap<Integer, Integer> numbers) {
    StringBuilder table = new StringBuilder();
    int bytes = 0;
    for (var entry : numbers.entrySet()) {
      char number = (char) (LabelTable.FIRST + entry.getValue());
      int gap = entry.getKey() - table.length();
      bytes += gap + (number < 0x80 ? 1 : number < 0x800 ? 2 : 3);
      if (bytes > MOST_BYTES) {
        break;
      }
      table.repeat(LabelTable.FIRST + LabelTable.NONE, gap).append(number);
    }
    return table.toString();
  }

  /** Numbers of the entries that the blocks behind a computed goto are, by address. */
  static SortedMap<Long, Integer> entries(FlowGraph graph, RegionPlan plan, int b) {
    TreeMap<Long, Integer> found = new TreeMap<>();
    for (int s : graph.successors(b)) {
      found.put(graph.block(s).start(), plan.entryNumber(s));
    }
    return found;
  }

  /** Numbers of the entries in other regions that a jump table leads to, by index in the table. */
  static SortedMap<Integer, Integer> entriesElsewhere(
      FlowGraph graph, RegionPlan plan, int b, Terminator.JumpTable table) {
    TreeMap<Integer, Integer> found = new TreeMap<>();
    for (int k = 0; k < table.targets().size(); k++) {
      int target = graph.blockAt(table.targets().get(k));
      if (target >= 0 && plan.regionOf(target) != plan.regionOf(b)) {
        found.put(k, plan.entryNumber(target));
      }
    }
    return found;
  }
}
