package org.capvm.translator.check;

import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/**
 * What bounds the analysis of loops.
 *
 * @param heads labels that are jumped back to
 * @param thresholds constants that are compared with, and their neighbours: a growing interval
 *     grows to one of them, so that it does not grow often
 */
record Loops(Set<LabelNode> heads, NavigableSet<Long> thresholds) {

  static Loops of(MethodNode method) {
    NavigableSet<Long> thresholds = new TreeSet<>();
    Set<LabelNode> heads = new HashSet<>();
    Set<LabelNode> seen = new HashSet<>();
    addWithNeighbours(thresholds, 0);
    for (AbstractInsnNode i : method.instructions) {
      switch (i) {
        case LabelNode label -> seen.add(label);
        case JumpInsnNode jump -> addIfSeen(heads, jump.label, seen);
        case TableSwitchInsnNode table -> {
          table.labels.forEach(label -> addIfSeen(heads, label, seen));
          addIfSeen(heads, table.dflt, seen);
        }
        case LookupSwitchInsnNode lookup -> {
          lookup.labels.forEach(label -> addIfSeen(heads, label, seen));
          addIfSeen(heads, lookup.dflt, seen);
        }
        default -> addConstant(thresholds, i);
      }
    }
    return new Loops(heads, thresholds);
  }

  private static void addIfSeen(Set<LabelNode> heads, LabelNode target, Set<LabelNode> seen) {
    if (seen.contains(target)) {
      heads.add(target);
    }
  }

  private static void addConstant(NavigableSet<Long> thresholds, AbstractInsnNode i) {
    if (!isCompared(i)) {
      return;
    }
    switch (i) {
      case InsnNode constant when isConstant(i.getOpcode()) ->
          addWithNeighbours(thresholds, i.getOpcode() - Opcodes.ICONST_0);
      case IntInsnNode constant -> addWithNeighbours(thresholds, constant.operand);
      case LdcInsnNode constant when constant.cst instanceof Long n ->
          addWithNeighbours(thresholds, n);
      case LdcInsnNode constant when constant.cst instanceof Integer n ->
          addWithNeighbours(thresholds, n);
      default -> {
        // It is no constant, or 0.
      }
    }
  }

  private static boolean isConstant(int opcode) {
    return opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.ICONST_5;
  }

  private static boolean isCompared(AbstractInsnNode i) {
    AbstractInsnNode next = i.getNext();
    return next instanceof JumpInsnNode
        || next instanceof MethodInsnNode
        || next != null && (next.getOpcode() == Opcodes.LCMP || next.getOpcode() == Opcodes.I2L);
  }

  private static void addWithNeighbours(NavigableSet<Long> set, long value) {
    set.add(value);
    set.add(value == Long.MIN_VALUE ? value : value - 1);
    set.add(value == Long.MAX_VALUE ? value : value + 1);
  }
}
