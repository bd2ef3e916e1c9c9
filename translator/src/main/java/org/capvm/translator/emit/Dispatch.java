package org.capvm.translator.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.capvm.translator.analyse.FlowGraph;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.discover.BasicBlock;
import org.capvm.translator.discover.Terminator;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Jumps with many targets in a function of several regions. An interpreter loop ends each of its
 * hundreds of operations with a computed goto to any other; a switch at each of them, with a way
 * out to each region, would be many times larger than the rest of the code. Instead a method per
 * function, or per jump table, turns the target into the number of an entry of a region, and
 * registers go through the hart.
 */
final class Dispatch {
  private static final int METHOD = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
  private static final int NONE = -1;

  /** Cases of one switch method, so that it stays below HotSpot's limit. */
  private static final int MAX_CASES = 500;

  private final FileContext file;
  private final FunctionSummary function;
  private final FlowGraph graph;

  Dispatch(FileContext file, FunctionSummary function) {
    this.file = file;
    this.function = function;
    this.graph = function.graph();
  }

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
   * Emits a computed goto.
   *
   * @param pushTarget pushes the address it goes to
   * @param none where to go when that is no label of the function
   * @param poll where to go when the poll flag is up
   */
  void emitComputedGoto(
      BodyEmitter e, Region region, int b, Runnable pushTarget, Label none, Label poll) {
    long live = e.live.liveOut(b) & e.tracked;
    MethodVisitor mv = e.mv;
    region.emitDispatch(
        e,
        live,
        () -> {
          pushTarget.run();
          Constants.push(mv, graph.function().entry() + file.bias);
          mv.visitMethodInsn(Opcodes.INVOKESTATIC, Names.EXITS, "codeOffset", "(JJ)I", false);
          invoke(mv, computedName(0));
        },
        none,
        poll);
  }

  /**
   * Emits the way out to other regions from the jump table at the end of a block, whose index the
   * region has noted.
   *
   * @param leave where to go when the poll flag is up
   */
  void emitTableExit(BodyEmitter e, Region region, int b, Label leave) {
    region.emitDispatch(
        e,
        e.live.liveOut(b) & e.tracked,
        () -> {
          region.pushEntry(e.mv);
          invoke(e.mv, tableName(b, 0));
        },
        leave,
        leave);
  }

  private void invoke(MethodVisitor mv, String name) {
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, file.method(function).owner(), name, "(I)I", false);
  }

  private String computedName(int part) {
    return "g_" + Long.toHexString(graph.function().entry() + file.bias) + "_" + part;
  }

  private String tableName(int b, int part) {
    return "t_" + Long.toHexString(graph.block(b).start() + file.bias) + "_" + part;
  }

  /** Generates the methods that the regions of a function call. */
  void emitMethods(RegionPlan plan, ClassVisitor owner) {
    Map<Integer, Integer> computed = new TreeMap<>();
    for (int b = 0; b < graph.size(); b++) {
      BasicBlock block = graph.block(b);
      if (isDispatched(block)) {
        for (int target : graph.successors(b)) {
          int offset = (int) (graph.block(target).start() - graph.function().entry());
          computed.put(offset, plan.entryNumber(target));
        }
      } else if (block.end() instanceof Terminator.JumpTable table) {
        Map<Integer, Integer> cases = tableCases(plan, b, table);
        if (!cases.isEmpty()) {
          int from = b;
          emitSwitches(owner, part -> tableName(from, part), cases);
        }
      }
    }
    if (!computed.isEmpty()) {
      emitSwitches(owner, this::computedName, computed);
    }
  }

  private Map<Integer, Integer> tableCases(RegionPlan plan, int b, Terminator.JumpTable table) {
    Map<Integer, Integer> cases = new TreeMap<>();
    for (int k = 0; k < table.targets().size(); k++) {
      int target = graph.blockAt(table.targets().get(k));
      if (target >= 0 && plan.regionOf(target) != plan.regionOf(b)) {
        cases.put(k, plan.entryNumber(target));
      }
    }
    return cases;
  }

  /** Generates a switch from keys to values, as several methods when one would be too large. */
  private void emitSwitches(
      ClassVisitor owner, IntFunction<String> name, Map<Integer, Integer> cases) {
    List<Integer> keys = new ArrayList<>(cases.keySet());
    int parts = (keys.size() + MAX_CASES - 1) / MAX_CASES;
    for (int part = 0; part < parts; part++) {
      List<Integer> some =
          keys.subList(part * MAX_CASES, Math.min(keys.size(), (part + 1) * MAX_CASES));
      MethodVisitor mv = owner.visitMethod(METHOD, name.apply(part), "(I)I", null, null);
      mv.visitCode();
      int next = part + 1;
      emitSwitch(
          mv,
          some,
          cases,
          () -> {
            if (next < parts) {
              mv.visitVarInsn(Opcodes.ILOAD, 0);
              invoke(mv, name.apply(next));
            } else {
              Constants.push(mv, NONE);
            }
          });
      mv.visitMaxs(0, 0);
      mv.visitEnd();
    }
  }

  private static void emitSwitch(
      MethodVisitor mv, List<Integer> keys, Map<Integer, Integer> cases, Runnable pushDefault) {
    // Keys with the same value share a label.
    Map<Integer, Label> byValue = new TreeMap<>();
    Label[] labels = new Label[keys.size()];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = byValue.computeIfAbsent(cases.get(keys.get(k)), value -> new Label());
    }
    Label otherwise = new Label();
    mv.visitVarInsn(Opcodes.ILOAD, 0);
    mv.visitLookupSwitchInsn(
        otherwise, keys.stream().mapToInt(Integer::intValue).toArray(), labels);
    byValue.forEach(
        (value, label) -> {
          frame(mv, label);
          Constants.push(mv, value.intValue());
          mv.visitInsn(Opcodes.IRETURN);
        });
    frame(mv, otherwise);
    pushDefault.run();
    mv.visitInsn(Opcodes.IRETURN);
  }

  private static void frame(MethodVisitor mv, Label label) {
    mv.visitLabel(label);
    mv.visitFrame(Opcodes.F_NEW, 1, new Object[] {Opcodes.INTEGER}, 0, null);
  }
}
