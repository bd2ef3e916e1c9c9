package org.capvm.testsuite.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
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

/**
 * How loops that ask a capability once for many iterations could ask for less than they do, or go
 * further than they asked for; of {@link CapabilityClasses#walks}, whose accesses are of eight
 * bytes.
 */
final class CapabilityRangeMutations {
  private static final String RUNTIME = "org/capvm/runtime/";
  private static final String RANGE = RUNTIME + "memory/AuthorisedRange";
  private static final String AUTHORISED = RUNTIME + "memory/AuthorisedMemory";
  private static final String CAPABILITY = RUNTIME + "capability/Capability";
  private static final String CODE = RUNTIME + "interpreter/CapabilityCode";
  private static final String K = "L" + CAPABILITY + ";";
  private static final String H = "L" + Shapes.HART + ";";

  private final Map<String, Mutation> all = new LinkedHashMap<>();

  private CapabilityRangeMutations() {}

  static Map<String, Mutation> all() {
    CapabilityRangeMutations mutations = new CapabilityRangeMutations();
    mutations.questions();
    mutations.answers();
    mutations.counters();
    mutations.accesses();
    mutations.handlers();
    return mutations.all;
  }

  private void put(String name, Predicate<AbstractInsnNode> candidate, Mutation.Change change) {
    all.put("walk: " + name, Mutation.ofInstruction((_, i) -> candidate.test(i), change));
  }

  private static int opcode(AbstractInsnNode i) {
    return i == null ? -1 : i.getOpcode();
  }

  private static InsnNode insn(int opcode) {
    return new InsnNode(opcode);
  }

  private static InsnList list(AbstractInsnNode... instructions) {
    InsnList list = new InsnList();
    for (AbstractInsnNode i : instructions) {
      list.add(i);
    }
    return list;
  }

  private static boolean isCheck(AbstractInsnNode i) {
    return i instanceof MethodInsnNode call && call.owner.equals(RANGE);
  }

  private static boolean isAccess(AbstractInsnNode i) {
    return i instanceof MethodInsnNode call && call.owner.equals(Shapes.IN_RANGE);
  }

  private static boolean isLoad(AbstractInsnNode i) {
    return isAccess(i) && ((MethodInsnNode) i).name.startsWith("load");
  }

  /** The jump that ends a chunk, or does not begin one. */
  private static boolean isEndOfChunk(AbstractInsnNode i) {
    return opcode(i) == Opcodes.IF_ICMPGE
        && opcode(i.getPrevious()) == Opcodes.ILOAD
        && opcode(i.getPrevious().getPrevious()) == Opcodes.ILOAD;
  }

  /** The locals with the iteration and with their number. */
  private static int[] counters(MethodNode m) {
    for (AbstractInsnNode i : m.instructions) {
      if (isEndOfChunk(i)) {
        return new int[] {
          ((VarInsnNode) i.getPrevious().getPrevious()).var, ((VarInsnNode) i.getPrevious()).var
        };
      }
    }
    throw new IllegalArgumentException(m.name);
  }

  private static int base(MethodNode m) {
    for (AbstractInsnNode i : m.instructions) {
      if (isCheck(i)) {
        return ((VarInsnNode) i.getNext()).var;
      }
    }
    throw new IllegalArgumentException(m.name);
  }

  /** Instructions that leave the window, which is the last operand, as it was. */
  private static void beforeWindow(MethodNode m, AbstractInsnNode call, Consumer<InsnList> change) {
    InsnList more = list();
    change.accept(more);
    m.instructions.insertBefore(call.getPrevious(), more);
  }

  private void questions() {
    put(
        "asks for fewer bytes",
        CapabilityRangeMutations::isCheck,
        (m, i, r) ->
            beforeWindow(
                m,
                i,
                more -> {
                  more.add(insn(Opcodes.POP2));
                  more.add(insn(Opcodes.POP2));
                  more.add(new LdcInsnNode(1L + r.nextInt(7)));
                  more.add(new LdcInsnNode(8L));
                }));
    put(
        "asks for another stride",
        CapabilityRangeMutations::isCheck,
        (m, i, r) ->
            beforeWindow(
                m,
                i,
                more -> {
                  more.add(insn(Opcodes.POP2));
                  more.add(new LdcInsnNode(r.nextBoolean() ? -8L : r.nextInt(8)));
                }));
    put(
        "asks for a stride that is not constant",
        CapabilityRangeMutations::isCheck,
        (m, i, r) ->
            beforeWindow(
                m,
                i,
                more -> {
                  more.add(insn(Opcodes.POP2));
                  more.add(new VarInsnNode(Opcodes.LLOAD, 1));
                }));
    put(
        "asks for a constant number of steps",
        CapabilityRangeMutations::isSteps,
        (m, i, r) -> m.instructions.set(i, new IntInsnNode(Opcodes.SIPUSH, 1 + r.nextInt(256))));
    put(
        "asks for as many steps as were made",
        CapabilityRangeMutations::isSteps,
        (m, i, r) -> ((VarInsnNode) i).var = counters(m)[0]);
    put(
        "asks for one step less",
        CapabilityRangeMutations::isSteps,
        (m, i, r) -> m.instructions.insert(i, list(insn(Opcodes.ICONST_M1), insn(Opcodes.IADD))));
    put(
        "asks for another permission",
        CapabilityRangeMutations::isCheck,
        (m, i, r) -> {
          MethodInsnNode call = (MethodInsnNode) i;
          call.name = call.name.equals("loads") ? "stores" : "loads";
        });
    put(
        "asks the window alone",
        CapabilityRangeMutations::isCheck,
        (m, i, r) -> {
          VarInsnNode window = (VarInsnNode) i.getPrevious();
          m.instructions.insertBefore(
              i,
              list(
                  insn(Opcodes.POP),
                  insn(Opcodes.POP2),
                  insn(Opcodes.POP2),
                  insn(Opcodes.POP),
                  insn(Opcodes.POP2),
                  insn(Opcodes.POP),
                  new VarInsnNode(Opcodes.ALOAD, window.var),
                  new LdcInsnNode(0x20000L),
                  new LdcInsnNode(4096L)));
          m.instructions.set(
              i,
              new MethodInsnNode(
                  Opcodes.INVOKESTATIC,
                  Shapes.IN_RANGE,
                  "host",
                  "(" + Shapes.WINDOW_TYPE + "JJ)J"));
        });
  }

  /** The number of steps among the operands of a check: the only int. */
  private static boolean isSteps(AbstractInsnNode i) {
    if (opcode(i) != Opcodes.ILOAD) {
      return false;
    }
    AbstractInsnNode next = i.getNext();
    while (next != null && !(next instanceof MethodInsnNode) && !(next instanceof JumpInsnNode)) {
      next = next.getNext();
    }
    return isCheck(next);
  }

  /** The jump on whether a base is 0. */
  private static boolean isTest(AbstractInsnNode i) {
    return opcode(i) == Opcodes.IFEQ
        && opcode(i.getPrevious()) == Opcodes.LCMP
        && isCheck(i.getPrevious().getPrevious().getPrevious().getPrevious().getPrevious());
  }

  private void answers() {
    put(
        "the answer dropped",
        CapabilityRangeMutations::isTest,
        (m, i, r) -> m.instructions.set(i, insn(Opcodes.POP)));
    put(
        "the answer turned round",
        CapabilityRangeMutations::isTest,
        (m, i, r) -> ((JumpInsnNode) i).setOpcode(Opcodes.IFNE));
    put(
        "another number as the base",
        CapabilityRangeMutations::isAccess,
        (m, i, r) ->
            m.instructions.insertBefore(
                chunkStart(m),
                list(new VarInsnNode(Opcodes.LLOAD, 1), new VarInsnNode(Opcodes.LSTORE, base(m)))));
    put(
        "the base given to the guest",
        CapabilityRangeMutations::isAccess,
        (m, i, r) -> m.instructions.insertBefore(chunkStart(m), leak(m)));
  }

  private static InsnList leak(MethodNode m) {
    return list(
        new VarInsnNode(Opcodes.ALOAD, 0),
        new VarInsnNode(Opcodes.LLOAD, base(m)),
        new FieldInsnNode(Opcodes.PUTFIELD, Shapes.HART, "x5", "J"));
  }

  /** The first instruction of a chunk, with an empty stack. */
  private static AbstractInsnNode chunkStart(MethodNode m) {
    for (AbstractInsnNode i : m.instructions) {
      if (isEndOfChunk(i)) {
        return i.getNext();
      }
    }
    throw new IllegalArgumentException(m.name);
  }

  private void counters() {
    put(
        "an end that is not looked for",
        CapabilityRangeMutations::isEndOfChunk,
        (m, i, r) -> m.instructions.set(i, insn(Opcodes.POP2)));
    put(
        "an end that is one step late",
        CapabilityRangeMutations::isEndOfChunk,
        (m, i, r) -> ((JumpInsnNode) i).setOpcode(Opcodes.IF_ICMPGT));
    put(
        "an end that is not where was asked",
        CapabilityRangeMutations::isEndOfChunk,
        (m, i, r) ->
            m.instructions.set(
                i.getPrevious(), new IntInsnNode(Opcodes.SIPUSH, 2 + r.nextInt(10_000))));
    put(
        "a first step before the range",
        i ->
            opcode(i) == Opcodes.ICONST_0
                && opcode(i.getNext()) == Opcodes.ISTORE
                && isEndOfChunk(i.getNext().getNext().getNext().getNext()),
        (m, i, r) -> m.instructions.set(i, insn(Opcodes.ICONST_M1)));
    put(
        "steps that go back",
        i -> i instanceof IincInsnNode && isEndOfChunk(i.getNext().getNext().getNext()),
        (m, i, r) -> ((IincInsnNode) i).incr = -1 - r.nextInt(4));
    put(
        "more steps than were asked for",
        CapabilityRangeMutations::isAccess,
        (m, i, r) ->
            m.instructions.insertBefore(
                chunkStart(m),
                list(
                    new IntInsnNode(Opcodes.SIPUSH, 256),
                    new VarInsnNode(Opcodes.ISTORE, counters(m)[1]))));
    put(
        "more steps, asked for by the iteration",
        CapabilityRangeMutations::isAccess,
        (m, i, r) ->
            m.instructions.insertBefore(chunkStart(m), new IincInsnNode(counters(m)[1], 1)));
    put(
        "another iteration",
        CapabilityRangeMutations::isAccess,
        (m, i, r) ->
            m.instructions.insertBefore(chunkStart(m), new IincInsnNode(counters(m)[0], 1)));
  }

  private void accesses() {
    put(
        "an access with another stride",
        i -> opcode(i) == Opcodes.LMUL && isLoad(i.getNext()),
        (m, i, r) ->
            m.instructions.insertBefore(
                i, list(new LdcInsnNode(1L + r.nextInt(8)), insn(Opcodes.LADD))));
    put(
        "an access behind the range",
        CapabilityRangeMutations::isLoad,
        (m, i, r) ->
            m.instructions.insertBefore(
                i, list(new LdcInsnNode(1L + r.nextInt(4096)), insn(Opcodes.LADD))));
    put(
        "an access before the range",
        CapabilityRangeMutations::isLoad,
        (m, i, r) ->
            m.instructions.insertBefore(
                i, list(new LdcInsnNode(-1L - r.nextInt(4096)), insn(Opcodes.LADD))));
    put(
        "an access behind a poll",
        CapabilityRangeMutations::isAccess,
        (m, i, r) ->
            m.instructions.insertBefore(
                i,
                list(
                    new VarInsnNode(Opcodes.ALOAD, 0),
                    new MethodInsnNode(
                        Opcodes.INVOKESTATIC, Shapes.HART, "pollRequested", "(" + H + ")Z"),
                    insn(Opcodes.POP))));
    put(
        "an access behind a store of a capability",
        CapabilityRangeMutations::isAccess,
        (m, i, r) ->
            m.instructions.insertBefore(
                i,
                list(
                    nothing(),
                    insn(Opcodes.LCONST_0),
                    nothing(),
                    new VarInsnNode(Opcodes.ALOAD, 0),
                    new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "window", Shapes.WINDOW_TYPE),
                    new MethodInsnNode(
                        Opcodes.INVOKESTATIC,
                        AUTHORISED,
                        "storeCapability",
                        "(" + K + "J" + K + Shapes.WINDOW_TYPE + ")V"))));
    put(
        "an access behind a change of a special register",
        CapabilityRangeMutations::isAccess,
        (m, i, r) ->
            m.instructions.insertBefore(
                i,
                list(
                    new VarInsnNode(Opcodes.ALOAD, 0),
                    insn(Opcodes.LCONST_0),
                    insn(Opcodes.ICONST_1),
                    insn(Opcodes.ICONST_1),
                    nothing(),
                    new MethodInsnNode(
                        Opcodes.INVOKESTATIC,
                        CODE,
                        "exchangeSpecial",
                        "(" + H + "JIZ" + K + ")" + K),
                    insn(Opcodes.POP))));
  }

  private static FieldInsnNode nothing() {
    return new FieldInsnNode(Opcodes.GETSTATIC, CAPABILITY, "NULL", K);
  }

  private void handlers() {
    put(
        "a base that a refusal leaves to the guest",
        CapabilityRangeMutations::isCheck,
        (m, i, r) -> m.instructions.insert(m.tryCatchBlocks.getFirst().handler, leak(m)));
    put(
        "an access behind a refusal",
        CapabilityRangeMutations::isCheck,
        (m, i, r) ->
            m.instructions.insert(
                m.tryCatchBlocks.getFirst().handler,
                list(
                    new VarInsnNode(Opcodes.LLOAD, base(m)),
                    insn(Opcodes.LCONST_0),
                    new MethodInsnNode(Opcodes.INVOKESTATIC, Shapes.IN_RANGE, "loadByte", "(JJ)B"),
                    insn(Opcodes.POP))));
  }
}
