package org.capvm.testsuite.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Accesses that rest on an earlier range check, and no longer lie in the range. */
final class RangeMutations {
  private interface Change {
    void change(MethodNode method, AbstractInsnNode instruction, Random random);
  }

  private RangeMutations() {}

  static Map<String, Mutation> all() {
    Map<String, Mutation> all = new LinkedHashMap<>();
    all.put(
        "range: the test is dropped",
        of(RangeMutations::isTest, (m, i, r) -> passAlways(m, i, Opcodes.IFNE, 1)));
    all.put("range: the test is inverted", of(RangeMutations::isTest, RangeMutations::invert));
    all.put(
        "range: the test compares with 1",
        of(RangeMutations::isTestedZero, (m, i, r) -> Mutation.replace(m, i, Opcodes.LCONST_1)));
    all.put(
        "range: the check is of fewer bytes",
        of(
            RangeMutations::isLength,
            (m, i, r) -> ((LdcInsnNode) i).cst = (Long) ((LdcInsnNode) i).cst - 1 - r.nextInt(7)));
    all.put(
        "range: the check is of a negative length",
        of(RangeMutations::isLength, (m, i, r) -> ((LdcInsnNode) i).cst = -1L - r.nextInt(100)));
    all.put(
        "range: the base is another long",
        of(RangeMutations::isBaseOfAccess, (m, i, r) -> ((VarInsnNode) i).var = 1));
    all.put(
        "range: the base is the address",
        of(RangeMutations::isBaseOfAccess, (m, i, r) -> ((VarInsnNode) i).var = 3));
    all.put(
        "range: the base is written before the access",
        of(RangeMutations::isBaseOfAccess, (m, i, r) -> overwrite(m, i)));
    all.put(
        "range: the base is moved",
        of(
            RangeMutations::isBaseOfAccess,
            (m, i, r) -> {
              InsnList more = new InsnList();
              more.add(new LdcInsnNode(8L));
              more.add(new InsnNode(Opcodes.LADD));
              m.instructions.insert(i, more);
            }));
    all.put(
        "range: the base becomes a register",
        of(
            RangeMutations::isBaseOfAccess,
            (m, i, r) -> {
              InsnList more = new InsnList();
              more.add(new VarInsnNode(Opcodes.ALOAD, 0));
              more.add(new VarInsnNode(Opcodes.LLOAD, ((VarInsnNode) i).var));
              more.add(new FieldInsnNode(Opcodes.PUTFIELD, Shapes.HART, "x10", "J"));
              m.instructions.insertBefore(i, more);
            }));
    all.put(
        "range: the base is returned",
        of(
            RangeMutations::isBaseOfAccess,
            (m, i, r) -> m.instructions.insert(i, new InsnNode(Opcodes.LRETURN))));
    all.put(
        "range: the offset is beyond",
        of(
            RangeMutations::isOffset,
            (m, i, r) -> ((LdcInsnNode) i).cst = 64L + r.nextInt(1 << 20)));
    all.put(
        "range: the offset is negative",
        of(
            RangeMutations::isOffset,
            (m, i, r) -> ((LdcInsnNode) i).cst = -1L - r.nextInt(1 << 20)));
    all.put(
        "range: the offset is one more",
        of(
            RangeMutations::isLastOffset,
            (m, i, r) -> ((LdcInsnNode) i).cst = (Long) ((LdcInsnNode) i).cst + 1));
    all.put(
        "range: the access is wider",
        of(
            RangeMutations::isLastNarrowAccess,
            (m, i, r) -> {
              MethodInsnNode call = (MethodInsnNode) i;
              call.name = "loadLong";
              call.desc = "(JJ)J";
            }));
    all.put(
        "range: the bound is greater",
        of(RangeMutations::isBound, (m, i, r) -> ((IntInsnNode) i).operand += 1 + r.nextInt(100)));
    all.put(
        "range: the bound's compare is swapped",
        of(RangeMutations::isCounterCompare, (m, i, r) -> swap(i)));
    all.put(
        "range: the bound's compare is weakened",
        of(
            (m, i) -> isCounterCompare(m, i) && i.getOpcode() >= Opcodes.IF_ICMPEQ,
            (m, i, r) -> weaken(i)));
    all.put(
        "range: the bound's compare is dropped",
        of(
            RangeMutations::isCounterCompare,
            (m, i, r) ->
                passAlways(m, i, Opcodes.IF_ICMPLT, i.getOpcode() >= Opcodes.IF_ICMPEQ ? 2 : 1)));
    all.put(
        "range: the counter starts elsewhere",
        of(
            RangeMutations::isCounterStart,
            (m, i, r) ->
                m.instructions.set(i, new IntInsnNode(Opcodes.SIPUSH, r.nextBoolean() ? -1 : 9))));
    all.put(
        "range: the counter goes the other way",
        of((m, i) -> i instanceof IincInsnNode, (m, i, r) -> ((IincInsnNode) i).incr *= -1));
    all.put(
        "range: the stride is greater",
        of(
            RangeMutations::isScale,
            (m, i, r) -> ((LdcInsnNode) i).cst = (Long) ((LdcInsnNode) i).cst + 1 + r.nextInt(64)));
    all.put(
        "range: the stride is negative",
        of(
            RangeMutations::isScale,
            (m, i, r) -> ((LdcInsnNode) i).cst = -(Long) ((LdcInsnNode) i).cst));
    all.put(
        "range: the index is not compared",
        of(
            RangeMutations::isUnsignedCompare,
            (m, i, r) -> {
              m.instructions.insertBefore(i, new InsnNode(Opcodes.POP2));
              m.instructions.insertBefore(i, new InsnNode(Opcodes.L2I));
              m.instructions.remove(i);
            }));
    all.put(
        "range: the index is compared signed",
        of(RangeMutations::isUnsignedCompare, (m, i, r) -> Mutation.replace(m, i, Opcodes.LCMP)));
    return all;
  }

  private static Mutation of(BiPredicate<MethodNode, AbstractInsnNode> candidate, Change change) {
    return new Mutation.OfInstruction() {
      @Override
      public boolean isCandidate(MethodNode method, AbstractInsnNode i) {
        return candidate.test(method, i);
      }

      @Override
      public void change(MethodNode method, AbstractInsnNode i, Random random) {
        change.change(method, i, random);
      }
    };
  }

  private static int opcode(AbstractInsnNode i) {
    return i == null ? -1 : i.getOpcode();
  }

  private static boolean isLong(AbstractInsnNode i) {
    return i instanceof LdcInsnNode constant && constant.cst instanceof Long;
  }

  private static boolean isAccess(AbstractInsnNode i) {
    return i instanceof MethodInsnNode call
        && call.owner.equals(Shapes.IN_RANGE)
        && !call.name.equals("host");
  }

  private static boolean isLoad(AbstractInsnNode i) {
    return isAccess(i) && ((MethodInsnNode) i).name.startsWith("load");
  }

  /** The jump on whether a base is 0. */
  private static boolean isTest(MethodNode m, AbstractInsnNode i) {
    return (i.getOpcode() == Opcodes.IFEQ || i.getOpcode() == Opcodes.IFNE)
        && opcode(i.getPrevious()) == Opcodes.LCMP;
  }

  private static boolean isTestedZero(MethodNode m, AbstractInsnNode i) {
    return i.getOpcode() == Opcodes.LCONST_0 && opcode(i.getNext()) == Opcodes.LCMP;
  }

  /**
   * Goes where the accesses are without looking.
   *
   * @param taken the opcode of jumps to the accesses; others jump away from them
   * @param operands of the jump, all of one slot
   */
  private static void passAlways(MethodNode m, AbstractInsnNode i, int taken, int operands) {
    for (int k = 0; k < operands; k++) {
      m.instructions.insertBefore(i, new InsnNode(Opcodes.POP));
    }
    if (i.getOpcode() == taken) {
      ((JumpInsnNode) i).setOpcode(Opcodes.GOTO);
    } else {
      m.instructions.remove(i);
    }
  }

  private static void invert(MethodNode m, AbstractInsnNode i, Random random) {
    JumpInsnNode jump = (JumpInsnNode) i;
    jump.setOpcode(i.getOpcode() == Opcodes.IFEQ ? Opcodes.IFNE : Opcodes.IFEQ);
  }

  private static boolean isLength(MethodNode m, AbstractInsnNode i) {
    return isLong(i) && i.getNext() instanceof MethodInsnNode call && call.name.equals("host");
  }

  private static boolean isBaseOfAccess(MethodNode m, AbstractInsnNode i) {
    return i instanceof VarInsnNode load
        && load.getOpcode() == Opcodes.LLOAD
        && load.var == Shapes.BASE
        && opcode(i.getNext()) != Opcodes.LCONST_0;
  }

  private static void overwrite(MethodNode m, AbstractInsnNode i) {
    InsnList more = new InsnList();
    more.add(new VarInsnNode(Opcodes.LLOAD, 1));
    more.add(new VarInsnNode(Opcodes.LSTORE, ((VarInsnNode) i).var));
    m.instructions.insertBefore(i, more);
  }

  private static boolean isOffset(MethodNode m, AbstractInsnNode i) {
    return isLong(i) && isLoad(i.getNext());
  }

  /** The offset of an access that ends with the range. */
  private static boolean isLastOffset(MethodNode m, AbstractInsnNode i) {
    return isOffset(m, i) && (Long) ((LdcInsnNode) i).cst != 0;
  }

  private static boolean isLastNarrowAccess(MethodNode m, AbstractInsnNode i) {
    return isLoad(i)
        && !((MethodInsnNode) i).name.equals("loadLong")
        && isLastOffset(m, i.getPrevious());
  }

  private static boolean isBound(MethodNode m, AbstractInsnNode i) {
    return i.getOpcode() == Opcodes.BIPUSH && !isCounterStart(m, i);
  }

  private static boolean isCounterCompare(MethodNode m, AbstractInsnNode i) {
    return i.getOpcode() >= Opcodes.IFLT
        && i.getOpcode() <= Opcodes.IF_ICMPLE
        && i.getOpcode() != Opcodes.IFGT;
  }

  private static void swap(AbstractInsnNode i) {
    JumpInsnNode jump = (JumpInsnNode) i;
    jump.setOpcode(
        switch (i.getOpcode()) {
          case Opcodes.IF_ICMPGE -> Opcodes.IF_ICMPLT;
          case Opcodes.IF_ICMPLT -> Opcodes.IF_ICMPGE;
          default -> Opcodes.IFGE;
        });
  }

  private static void weaken(AbstractInsnNode i) {
    JumpInsnNode jump = (JumpInsnNode) i;
    jump.setOpcode(
        switch (i.getOpcode()) {
          case Opcodes.IF_ICMPGE -> Opcodes.IF_ICMPGT;
          default -> Opcodes.IF_ICMPLE;
        });
  }

  private static boolean isCounterStart(MethodNode m, AbstractInsnNode i) {
    return i.getNext() instanceof VarInsnNode store
        && store.getOpcode() == Opcodes.ISTORE
        && store.var == Shapes.COUNTER;
  }

  private static boolean isScale(MethodNode m, AbstractInsnNode i) {
    return isLong(i) && opcode(i.getNext()) == Opcodes.LMUL;
  }

  private static boolean isUnsignedCompare(MethodNode m, AbstractInsnNode i) {
    return i instanceof MethodInsnNode call && call.name.equals("compareUnsigned");
  }
}
