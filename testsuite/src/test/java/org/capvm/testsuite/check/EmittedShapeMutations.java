package org.capvm.testsuite.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What a wrong translator, or an attacker, could make of {@link EmittedShapes}. */
final class EmittedShapeMutations {
  private final Map<String, Mutation> all = new LinkedHashMap<>();

  private EmittedShapeMutations() {}

  static Map<String, Mutation> all() {
    EmittedShapeMutations mutations = new EmittedShapeMutations();
    mutations.checks();
    mutations.pages();
    mutations.counters();
    mutations.offsets();
    mutations.bases();
    mutations.flow();
    return mutations.all;
  }

  private void put(String name, Predicate<AbstractInsnNode> candidate, Mutation.Change change) {
    all.put(name, Mutation.ofInstruction((_, i) -> candidate.test(i), change));
  }

  private void putBefore(
      String name, Predicate<AbstractInsnNode> candidate, AbstractInsnNode... inserted) {
    put(
        name,
        candidate,
        (m, i, r) -> {
          for (AbstractInsnNode each : inserted) {
            m.instructions.insertBefore(i, each.clone(Map.of()));
          }
        });
  }

  private static InsnNode insn(int opcode) {
    return new InsnNode(opcode);
  }

  private static VarInsnNode var(int opcode, int local) {
    return new VarInsnNode(opcode, local);
  }

  private static MethodInsnNode call(String owner, String name, String descriptor) {
    return new MethodInsnNode(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }

  private static boolean isCall(AbstractInsnNode i, String owner, String name) {
    return i instanceof MethodInsnNode call && call.owner.equals(owner) && call.name.equals(name);
  }

  private static boolean isVar(AbstractInsnNode i, int opcode, int local) {
    return i instanceof VarInsnNode v && v.getOpcode() == opcode && v.var == local;
  }

  private static boolean isBase(AbstractInsnNode i) {
    return (isVar(i, Opcodes.LLOAD, EmittedShapes.BASE)
            || isVar(i, Opcodes.LLOAD, EmittedShapes.STORE_BASE))
        && i.getNext().getOpcode() != Opcodes.LCONST_0;
  }

  /** The test whether a base is 0. */
  private static boolean isTest(AbstractInsnNode i) {
    return i.getOpcode() == Opcodes.IFEQ
        && i.getPrevious().getOpcode() == Opcodes.LCMP
        && i.getPrevious().getPrevious().getPrevious() instanceof VarInsnNode v
        && v.var >= EmittedShapes.BASE;
  }

  private static boolean isCounter(AbstractInsnNode i) {
    return isVar(i, Opcodes.ILOAD, EmittedShapes.COUNTER);
  }

  private static boolean isIndex(AbstractInsnNode i) {
    return isCounter(i) && i.getNext().getOpcode() == Opcodes.I2L;
  }

  private static boolean isAccess(AbstractInsnNode i) {
    return i instanceof MethodInsnNode call
        && call.owner.equals(Shapes.IN_RANGE)
        && !call.name.equals("host");
  }

  private static boolean isLoad(AbstractInsnNode i) {
    return isAccess(i) && ((MethodInsnNode) i).name.startsWith("load");
  }

  private static boolean isLast(AbstractInsnNode i) {
    return i instanceof JumpInsnNode && i.getOpcode() == Opcodes.IF_ICMPGE;
  }

  private static boolean isFrameCheck(AbstractInsnNode i) {
    return isCall(i, EmittedShapes.STACK, "frame");
  }

  private static boolean isRangeCheck(AbstractInsnNode i) {
    return isCall(i, Shapes.IN_RANGE, "host");
  }

  private static boolean isPageCheck(AbstractInsnNode i) {
    return i instanceof MethodInsnNode call && call.owner.equals(EmittedShapes.ACCESS_CHECK);
  }

  private static boolean isWideConstant(AbstractInsnNode i) {
    return i instanceof LdcInsnNode || i.getOpcode() == Opcodes.LCONST_0;
  }

  private static void setLong(MethodNode m, AbstractInsnNode i, long value) {
    m.instructions.set(i, new LdcInsnNode(value));
  }

  private void checks() {
    put(
        "frame: one byte less below",
        i -> isFrameCheck(i.getNext() == null ? i : i.getNext().getNext()),
        (m, i, r) -> ((IntInsnNode) i).operand -= 1 + r.nextInt(EmittedShapes.BELOW));
    put(
        "frame: one byte less above",
        i -> i.getNext() != null && isFrameCheck(i.getNext()),
        (m, i, r) -> ((IntInsnNode) i).operand -= 1 + r.nextInt(EmittedShapes.ABOVE));
    put(
        "frame: a negative size",
        i -> i.getNext() != null && isFrameCheck(i.getNext()),
        (m, i, r) -> ((IntInsnNode) i).operand = -1 - r.nextInt(100));
    putBefore(
        "frame: sizes that are no constants",
        EmittedShapeMutations::isFrameCheck,
        insn(Opcodes.POP),
        var(Opcodes.LLOAD, EmittedShapes.NUMBER),
        insn(Opcodes.L2I));
    putBefore(
        "check: a length that is no constant",
        EmittedShapeMutations::isRangeCheck,
        insn(Opcodes.POP2),
        var(Opcodes.LLOAD, EmittedShapes.NUMBER));
    putBefore(
        "check: a byte less",
        EmittedShapeMutations::isRangeCheck,
        insn(Opcodes.LCONST_1),
        insn(Opcodes.LSUB));
    put(
        "check: its result is replaced by the address",
        EmittedShapeMutations::isRangeCheck,
        (m, i, r) -> {
          m.instructions.insert(i, var(Opcodes.LLOAD, EmittedShapes.ADDRESS));
          m.instructions.insert(i, insn(Opcodes.POP2));
        });
  }

  private void pages() {
    put(
        "pages: a load's check for a store",
        i -> isPageCheck(i) && ((MethodInsnNode) i).name.equals("store"),
        (m, i, r) -> ((MethodInsnNode) i).name = "load");
    put(
        "pages: a store's check for a load",
        i -> isPageCheck(i) && ((MethodInsnNode) i).name.equals("load"),
        (m, i, r) -> ((MethodInsnNode) i).name = "store");
    putBefore(
        "pages: fewer bytes",
        EmittedShapeMutations::isPageCheck,
        insn(Opcodes.POP),
        insn(Opcodes.ICONST_1));
    putBefore(
        "pages: no bytes",
        EmittedShapeMutations::isPageCheck,
        insn(Opcodes.POP),
        insn(Opcodes.ICONST_0));
    // The check of a size so large would let every address pass.
    putBefore(
        "pages: more bytes than it checks",
        EmittedShapeMutations::isPageCheck,
        insn(Opcodes.POP),
        new LdcInsnNode(Integer.MAX_VALUE));
    putBefore(
        "pages: a size that is no constant",
        EmittedShapeMutations::isPageCheck,
        insn(Opcodes.POP),
        var(Opcodes.LLOAD, EmittedShapes.NUMBER),
        insn(Opcodes.L2I));
    Predicate<AbstractInsnNode> checkedPage =
        i ->
            isTest(i)
                && isPageCheck(
                    i.getPrevious().getPrevious().getPrevious().getPrevious().getPrevious());
    put("pages: a poll before the access", checkedPage, (m, i, r) -> insertPoll(m, i));
    put("pages: a call before the access", checkedPage, (m, i, r) -> insertCall(m, i));
  }

  private static void insertPoll(MethodNode m, AbstractInsnNode i) {
    InsnList poll = new InsnList();
    poll.add(var(Opcodes.ALOAD, 0));
    poll.add(call(Shapes.HART, "pollRequested", "(L" + Shapes.HART + ";)Z"));
    poll.add(insn(Opcodes.POP));
    m.instructions.insert(i, poll);
  }

  private static void insertCall(MethodNode m, AbstractInsnNode i) {
    InsnList callIt = new InsnList();
    callIt.add(var(Opcodes.ALOAD, 0));
    callIt.add(var(Opcodes.LLOAD, 1));
    callIt.add(var(Opcodes.LLOAD, 1));
    callIt.add(call("guest/shapes/Code1", "f_frame", "(L" + Shapes.HART + ";JJ)J"));
    callIt.add(insn(Opcodes.POP2));
    m.instructions.insert(i, callIt);
  }

  private void counters() {
    put(
        "chunk: an iteration more",
        i -> i instanceof IntInsnNode n && n.operand == EmittedShapes.CHUNK && isLast(i.getNext()),
        (m, i, r) -> ((IntInsnNode) i).operand += 1 + r.nextInt(1000));
    put(
        "chunk: the last compare lets one more through",
        EmittedShapeMutations::isLast,
        (m, i, r) -> ((JumpInsnNode) i).setOpcode(Opcodes.IF_ICMPGT));
    put(
        "chunk: the last compare is for equality",
        EmittedShapeMutations::isLast,
        (m, i, r) -> {
          ((JumpInsnNode) i).setOpcode(Opcodes.IF_ICMPEQ);
          step(m, 3);
        });
    put(
        "chunk: the last compare is of another local",
        i -> isCounter(i) && !isIndex(i),
        (m, i, r) -> {
          m.instructions.insertBefore(i, var(Opcodes.LLOAD, EmittedShapes.NUMBER));
          m.instructions.set(i, insn(Opcodes.L2I));
        });
    put(
        "chunk: it counts before the access",
        EmittedShapeMutations::isIndex,
        (m, i, r) -> m.instructions.insertBefore(i, new IincInsnNode(EmittedShapes.COUNTER, 1)));
    put(
        "chunk: it counts down",
        i -> i instanceof IincInsnNode,
        (m, i, r) -> ((IincInsnNode) i).incr = -1 - r.nextInt(100));
    putBefore(
        "chunk: the counter becomes a register's value",
        EmittedShapeMutations::isIndex,
        var(Opcodes.LLOAD, EmittedShapes.NUMBER),
        insn(Opcodes.L2I),
        var(Opcodes.ISTORE, EmittedShapes.COUNTER));
    put(
        "chunk: it starts with a register's value",
        i -> isVar(i, Opcodes.ISTORE, EmittedShapes.COUNTER),
        (m, i, r) -> {
          m.instructions.insertBefore(i, insn(Opcodes.POP));
          m.instructions.insertBefore(i, var(Opcodes.LLOAD, EmittedShapes.NUMBER));
          m.instructions.insertBefore(i, insn(Opcodes.L2I));
        });
    put(
        "chunk: it starts elsewhere",
        i -> isVar(i, Opcodes.ISTORE, EmittedShapes.COUNTER),
        (m, i, r) -> {
          m.instructions.insertBefore(i, insn(Opcodes.POP));
          m.instructions.insertBefore(
              i, new IntInsnNode(Opcodes.SIPUSH, r.nextBoolean() ? -1 : 256));
        });
    put(
        "chunk: it is not reset",
        i -> isVar(i, Opcodes.ISTORE, EmittedShapes.COUNTER),
        (m, i, r) -> {
          m.instructions.remove(i.getPrevious());
          m.instructions.remove(i);
        });
    putBefore(
        "chunk: the counter is overlaid by a long",
        EmittedShapeMutations::isIndex,
        var(Opcodes.LLOAD, EmittedShapes.NUMBER),
        var(Opcodes.LSTORE, EmittedShapes.COUNTER - 1));
  }

  private static void step(MethodNode m, int by) {
    for (AbstractInsnNode i : m.instructions) {
      if (i instanceof IincInsnNode count) {
        count.incr = by;
      }
    }
  }

  private void offsets() {
    Predicate<AbstractInsnNode> stride =
        i -> i instanceof LdcInsnNode && i.getNext().getOpcode() == Opcodes.LMUL;
    Predicate<AbstractInsnNode> offset =
        i -> i instanceof LdcInsnNode && i.getNext().getOpcode() == Opcodes.LADD;
    put("offset: a greater stride", stride, (m, i, r) -> setLong(m, i, 9 + r.nextInt(1 << 20)));
    put("offset: a stride that wraps", stride, (m, i, r) -> setLong(m, i, 1L << 56 + r.nextInt(8)));
    put("offset: the other way", stride, (m, i, r) -> setLong(m, i, -(Long) ((LdcInsnNode) i).cst));
    put(
        "offset: a byte further",
        offset,
        (m, i, r) -> setLong(m, i, (Long) ((LdcInsnNode) i).cst + 1));
    put("offset: before the range", offset, (m, i, r) -> setLong(m, i, -1L - r.nextInt(8)));
    put(
        "offset: a sum that wraps",
        offset,
        (m, i, r) -> setLong(m, i, r.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE));
    put(
        "offset: at the end of the address space",
        i -> isWideConstant(i) && isLoad(i.getNext()),
        (m, i, r) -> setLong(m, i, Long.MAX_VALUE - r.nextInt(8)));
    put(
        "offset: a register's value",
        EmittedShapeMutations::isLoad,
        (m, i, r) -> {
          m.instructions.insertBefore(i, insn(Opcodes.POP2));
          m.instructions.insertBefore(i, var(Opcodes.LLOAD, EmittedShapes.NUMBER));
        });
    putBefore(
        "offset: doubled",
        EmittedShapeMutations::isLoad,
        insn(Opcodes.DUP2),
        insn(Opcodes.LADD),
        new LdcInsnNode(1000L),
        insn(Opcodes.LADD));
    putBefore(
        "offset: negated", i -> isLoad(i) && !isWideConstant(i.getPrevious()), insn(Opcodes.LNEG));
    putBefore(
        "offset: cut to a byte",
        i -> i.getOpcode() == Opcodes.I2L && isIndex(i.getPrevious()),
        insn(Opcodes.I2B));
    putBefore(
        "offset: of a long cut to an int",
        EmittedShapeMutations::isLoad,
        insn(Opcodes.POP2),
        var(Opcodes.LLOAD, EmittedShapes.NUMBER),
        insn(Opcodes.L2I),
        insn(Opcodes.I2L));
    putBefore(
        "offset: base and offset exchanged",
        EmittedShapeMutations::isLoad,
        insn(Opcodes.DUP2_X2),
        insn(Opcodes.POP2));
  }

  private void bases() {
    putBefore(
        "base: given to a function",
        EmittedShapeMutations::isBase,
        var(Opcodes.ALOAD, 0),
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        call("guest/shapes/Code1", "f_frame", "(L" + Shapes.HART + ";JJ)J"),
        insn(Opcodes.POP2));
    putBefore(
        "base: stored to guest memory",
        EmittedShapeMutations::isBase,
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        insn(Opcodes.LCONST_0),
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        call(Shapes.IN_RANGE, "storeLong", "(JJJ)V"));
    putBefore(
        "base: as an offset",
        EmittedShapeMutations::isBase,
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        call(Shapes.IN_RANGE, "loadByte", "(JJ)B"),
        insn(Opcodes.POP));
    putBefore(
        "base: as an address",
        EmittedShapeMutations::isBase,
        var(Opcodes.ALOAD, 0),
        new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "window", Shapes.WINDOW_TYPE),
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        call("org/capvm/runtime/memory/Memory", "loadByte", "(" + Shapes.WINDOW_TYPE + "J)B"),
        insn(Opcodes.POP));
    for (int opcode : new int[] {Opcodes.L2I, Opcodes.L2D, Opcodes.L2F, Opcodes.LNEG}) {
      putBefore(
          "base: converted, opcode " + opcode,
          EmittedShapeMutations::isBase,
          var(Opcodes.LLOAD, EmittedShapes.BASE),
          insn(opcode),
          insn(opcode == Opcodes.L2I || opcode == Opcodes.L2F ? Opcodes.POP : Opcodes.POP2));
    }
    for (int opcode : new int[] {Opcodes.LSUB, Opcodes.LMUL, Opcodes.LXOR, Opcodes.LAND}) {
      putBefore(
          "base: computed with, opcode " + opcode,
          EmittedShapeMutations::isBase,
          var(Opcodes.LLOAD, EmittedShapes.ADDRESS),
          var(Opcodes.LLOAD, EmittedShapes.BASE),
          insn(opcode),
          insn(Opcodes.POP2));
    }
    putBefore(
        "base: shifted",
        EmittedShapeMutations::isBase,
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        insn(Opcodes.ICONST_1),
        insn(Opcodes.LUSHR),
        insn(Opcodes.POP2));
    putBefore(
        "base: compared with a register",
        EmittedShapeMutations::isBase,
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        var(Opcodes.LLOAD, EmittedShapes.ADDRESS),
        insn(Opcodes.LCMP),
        insn(Opcodes.POP));
    putBefore(
        "base: compared with another",
        EmittedShapeMutations::isBase,
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        insn(Opcodes.LCMP),
        insn(Opcodes.POP));
    putBefore(
        "base: read as bits of a double",
        EmittedShapeMutations::isBase,
        var(Opcodes.LLOAD, EmittedShapes.BASE),
        call("java/lang/Double", "longBitsToDouble", "(J)D"),
        insn(Opcodes.POP2));
    putBefore(
        "base: overlaid by an int",
        EmittedShapeMutations::isBase,
        insn(Opcodes.ICONST_0),
        var(Opcodes.ISTORE, EmittedShapes.BASE + 1),
        insn(Opcodes.ICONST_0),
        var(Opcodes.ISTORE, EmittedShapes.STORE_BASE + 1));
    putBefore(
        "base: overlaid by a long",
        EmittedShapeMutations::isBase,
        insn(Opcodes.LCONST_0),
        var(Opcodes.LSTORE, EmittedShapes.BASE - 1),
        insn(Opcodes.LCONST_0),
        var(Opcodes.LSTORE, EmittedShapes.STORE_BASE - 1));
    put(
        "base: of the shorter range",
        i -> isVar(i, Opcodes.LLOAD, EmittedShapes.STORE_BASE) && isBase(i),
        (m, i, r) -> ((VarInsnNode) i).var = EmittedShapes.BASE);
    putBefore(
        "base: checked anew, and not tested",
        EmittedShapeMutations::isBase,
        checkAnew(EmittedShapes.BASE, 1 << 20));
    putBefore(
        "base: checked anew for less",
        EmittedShapeMutations::isBase,
        checkAnew(EmittedShapes.BASE, 1));
  }

  private static AbstractInsnNode[] checkAnew(int base, int bytes) {
    return new AbstractInsnNode[] {
      var(Opcodes.ALOAD, 0),
      new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "window", Shapes.WINDOW_TYPE),
      var(Opcodes.LLOAD, EmittedShapes.ADDRESS),
      new LdcInsnNode((long) bytes),
      call(Shapes.IN_RANGE, "host", "(" + Shapes.WINDOW_TYPE + "JJ)J"),
      insn(Opcodes.DUP2),
      var(Opcodes.LSTORE, base),
      var(Opcodes.LSTORE, EmittedShapes.STORE_BASE)
    };
  }

  /** Goes to where a value is used, past what makes it good. */
  private void flow() {
    put(
        "flow: past the test",
        EmittedShapeMutations::isTest,
        (m, i, r) -> {
          LabelNode behind = new LabelNode();
          m.instructions.insert(i, behind);
          InsnList jump = new InsnList();
          jump.add(var(Opcodes.LLOAD, EmittedShapes.NUMBER));
          jump.add(insn(Opcodes.L2I));
          jump.add(new JumpInsnNode(Opcodes.IFNE, behind));
          m.instructions.insertBefore(i.getPrevious().getPrevious().getPrevious(), jump);
        });
    put(
        "flow: past the check",
        EmittedShapeMutations::isTest,
        (m, i, r) -> {
          LabelNode behind = new LabelNode();
          m.instructions.insert(i, behind);
          InsnList jump = new InsnList();
          jump.add(var(Opcodes.LLOAD, EmittedShapes.NUMBER));
          jump.add(insn(Opcodes.L2I));
          jump.add(new JumpInsnNode(Opcodes.IFNE, behind));
          m.instructions.insert(jump);
        });
    put(
        "flow: on where the base is 0",
        EmittedShapeMutations::isTest,
        (m, i, r) -> {
          LabelNode behind = new LabelNode();
          m.instructions.insert(i, behind);
          ((JumpInsnNode) i).label = behind;
        });
    put(
        "flow: the tests of two bases are exchanged",
        i ->
            isTest(i)
                && i.getPrevious().getPrevious().getPrevious() instanceof VarInsnNode v
                && v.var == EmittedShapes.STORE_BASE,
        (m, i, r) ->
            ((VarInsnNode) i.getPrevious().getPrevious().getPrevious()).var = EmittedShapes.BASE);
    put(
        "flow: one of two values",
        EmittedShapeMutations::isBase,
        (m, i, r) -> {
          LabelNode end = new LabelNode();
          InsnList other = new InsnList();
          other.add(var(Opcodes.LLOAD, EmittedShapes.NUMBER));
          other.add(insn(Opcodes.L2I));
          other.add(new JumpInsnNode(Opcodes.IFNE, end));
          other.add(var(Opcodes.LLOAD, EmittedShapes.ADDRESS));
          other.add(var(Opcodes.LSTORE, ((VarInsnNode) i).var));
          other.add(end);
          m.instructions.insertBefore(i, other);
        });
    put(
        "flow: one of two values on the stack",
        EmittedShapeMutations::isBase,
        (m, i, r) -> {
          LabelNode end = new LabelNode();
          InsnList other = new InsnList();
          other.add(var(Opcodes.LLOAD, EmittedShapes.NUMBER));
          other.add(insn(Opcodes.L2I));
          other.add(new JumpInsnNode(Opcodes.IFNE, end));
          other.add(insn(Opcodes.POP2));
          other.add(var(Opcodes.LLOAD, EmittedShapes.ADDRESS));
          other.add(end);
          m.instructions.insert(i, other);
        });
    put(
        "flow: a switch past the check",
        i -> i instanceof TableSwitchInsnNode,
        (m, i, r) -> {
          TableSwitchInsnNode table = (TableSwitchInsnNode) i;
          LabelNode target = table.labels.get(r.nextInt(table.labels.size()));
          InsnList more = new InsnList();
          more.add(insn(Opcodes.ICONST_0));
          LabelNode start = new LabelNode();
          more.add(
              new TableSwitchInsnNode(
                  0, 999, start, Collections.nCopies(1000, target).toArray(new LabelNode[0])));
          more.add(start);
          m.instructions.insert(more);
        });
    put(
        "flow: a switch whose default is a case",
        i -> i instanceof TableSwitchInsnNode,
        (m, i, r) -> {
          // Falls from the check's failure into the last case.
          TableSwitchInsnNode table = (TableSwitchInsnNode) i;
          LabelNode slow = table.dflt;
          m.instructions.insert(slow, new JumpInsnNode(Opcodes.GOTO, table.labels.getFirst()));
        });
    put(
        "flow: the end of the code",
        i -> i.getOpcode() == Opcodes.LRETURN && i.getNext() == null,
        (m, i, r) -> m.instructions.remove(i));
    for (String caught : new String[] {"MemoryFault", "RefusedAccess"}) {
      put(
          "flow: into a handler of " + caught,
          EmittedShapeMutations::isTest,
          (m, i, r) -> accessInHandler(m, "org/capvm/runtime/memory/" + caught));
    }
    put(
        "flow: stacks of two heights",
        EmittedShapeMutations::isBase,
        (m, i, r) -> {
          LabelNode again = new LabelNode();
          InsnList loop = new InsnList();
          loop.add(again);
          loop.add(insn(Opcodes.ICONST_0));
          loop.add(var(Opcodes.LLOAD, EmittedShapes.NUMBER));
          loop.add(insn(Opcodes.L2I));
          loop.add(new JumpInsnNode(Opcodes.IFNE, again));
          loop.add(insn(Opcodes.POP));
          m.instructions.insertBefore(i, loop);
        });
  }

  private static void accessInHandler(MethodNode m, String caught) {
    LabelNode start = new LabelNode();
    LabelNode handler = new LabelNode();
    m.instructions.insert(start);
    m.instructions.add(handler);
    m.instructions.add(insn(Opcodes.POP));
    m.instructions.add(var(Opcodes.LLOAD, EmittedShapes.ADDRESS));
    m.instructions.add(insn(Opcodes.LCONST_0));
    m.instructions.add(call(Shapes.IN_RANGE, "loadLong", "(JJ)J"));
    m.instructions.add(insn(Opcodes.LRETURN));
    m.tryCatchBlocks.add(new TryCatchBlockNode(start, handler, handler, caught));
  }
}
