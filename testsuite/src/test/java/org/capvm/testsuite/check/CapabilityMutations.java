package org.capvm.testsuite.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What a wrong translator, or an attacker, could make of code with capabilities. */
final class CapabilityMutations {
  private static final String RUNTIME = "org/capvm/runtime/";
  private static final String AUTHORISED = RUNTIME + "memory/AuthorisedMemory";
  private static final String MEMORY = RUNTIME + "memory/Memory";
  private static final String CODE = RUNTIME + "interpreter/CapabilityCode";
  private static final String CAPABILITY = RUNTIME + "capability/Capability";
  private static final String REGISTERS = RUNTIME + "hart/CapabilityRegisters";
  private static final String TAGS = RUNTIME + "memory/TagTable";
  private static final String WINDOW = RUNTIME + "memory/Window";
  private static final String K = "L" + CAPABILITY + ";";
  private static final String H = "L" + Shapes.HART + ";";
  private static final String G = "L" + REGISTERS + ";";

  private final Map<String, Mutation> all = new LinkedHashMap<>();

  private CapabilityMutations() {}

  static Map<String, Mutation> all() {
    CapabilityMutations mutations = new CapabilityMutations();
    mutations.accesses();
    mutations.entries();
    mutations.flow();
    mutations.environmentCalls();
    mutations.capabilities();
    mutations.otherCode();
    return mutations.all;
  }

  private void put(String name, Predicate<AbstractInsnNode> candidate, Mutation.Change change) {
    all.put(
        name, Mutation.ofInstruction((method, i) -> isStatic(method) && candidate.test(i), change));
  }

  private static boolean isStatic(MethodNode method) {
    return (method.access & Opcodes.ACC_STATIC) != 0;
  }

  private static boolean isCall(AbstractInsnNode i, String owner, String name) {
    return i instanceof MethodInsnNode call
        && call.owner.equals(owner)
        && call.name.startsWith(name);
  }

  private static InsnList list(AbstractInsnNode... instructions) {
    InsnList list = new InsnList();
    for (AbstractInsnNode i : instructions) {
      list.add(i);
    }
    return list;
  }

  private static InsnNode insn(int opcode) {
    return new InsnNode(opcode);
  }

  private static MethodInsnNode call(int opcode, String owner, String name, String descriptor) {
    return new MethodInsnNode(opcode, owner, name, descriptor, false);
  }

  private static MethodInsnNode call(String owner, String name, String descriptor) {
    return call(Opcodes.INVOKESTATIC, owner, name, descriptor);
  }

  // Accesses -----------------------------------------------------------------------------------

  /** An access with the address, and the value, that an authorised one has. */
  private static void access(AbstractInsnNode i, String owner, String first) {
    MethodInsnNode call = (MethodInsnNode) i;
    String value = call.desc.substring(call.desc.indexOf('J') + 1, call.desc.indexOf("L" + WINDOW));
    call.owner = owner;
    call.desc = "(" + first + "J" + value + ")" + Type.getReturnType(call.desc);
  }

  private void accesses() {
    for (String kind : new String[] {"load", "store"}) {
      Predicate<AbstractInsnNode> is =
          i -> isCall(i, AUTHORISED, kind) && !((MethodInsnNode) i).name.endsWith("Capability");
      put(kind + " without authority", is, (m, i, r) -> access(i, MEMORY, "L" + WINDOW + ";"));
      put(kind + " without any check", is, (m, i, r) -> access(i, Shapes.IN_RANGE, "J"));
      put(
          kind + " of another size than was asked for",
          is,
          (m, i, r) -> ((MethodInsnNode) i).name = kind + (r.nextBoolean() ? "Word" : "Bytes"));
      put(
          kind + " with a size of its own",
          is,
          (m, i, r) -> ((MethodInsnNode) i).desc = ((MethodInsnNode) i).desc.replace("J", "JI"));
      put(
          kind + " that only asks for pages",
          is,
          (m, i, r) -> {
            access(i, EmittedShapes.ACCESS_CHECK, "L" + WINDOW + ";");
            ((MethodInsnNode) i).name = kind;
            ((MethodInsnNode) i).desc = "(L" + WINDOW + ";JI)J";
          });
    }
    put(
        "a capability stored as an integer of the window",
        i -> isCall(i, AUTHORISED, "storeCapability"),
        (m, i, r) -> {
          ((MethodInsnNode) i).owner = MEMORY;
          ((MethodInsnNode) i).name = "storeLong";
        });
    put(
        "a capability from the table of tags",
        i -> isCall(i, AUTHORISED, "loadCapability"),
        (m, i, r) -> m.instructions.set(i, call(Opcodes.INVOKEVIRTUAL, TAGS, "load", "(J)" + K)));
    put(
        "an AMO that leaves tags",
        i -> isCall(i, CODE, "atomic") || isCall(i, CODE, "storeConditional"),
        (m, i, r) -> {
          ((MethodInsnNode) i).owner = RUNTIME + "isa/AtomicOperations";
          ((MethodInsnNode) i).name = "amoaddD";
          ((MethodInsnNode) i).desc = "(" + H + "JJ)J";
        });
  }

  // PCC ----------------------------------------------------------------------------------------

  private static boolean isEntryCheck(AbstractInsnNode i) {
    return isCall(i, CODE, "mayEnter");
  }

  private static boolean isEntryJump(AbstractInsnNode i) {
    return i.getPrevious() != null && isEntryCheck(i.getPrevious());
  }

  private static boolean isLimit(AbstractInsnNode i) {
    return i instanceof LdcInsnNode
        && i.getNext().getNext() != null
        && isEntryCheck(i.getNext().getNext());
  }

  private static boolean isStart(AbstractInsnNode i) {
    return i.getNext() != null && isLimit(i.getNext());
  }

  /**
   * Whether what follows it notes the pc of an instruction that may be refused, at least so far
   * from where PCC is asked from, or from where to: of others the class does not say where they
   * lie.
   */
  private static boolean hasRefusable(AbstractInsnNode from, Predicate<Long> pc) {
    for (AbstractInsnNode i = from; i != null; i = i.getNext()) {
      boolean notes =
          i instanceof LdcInsnNode
              && i.getNext() instanceof VarInsnNode store
              && store.getOpcode() == Opcodes.LSTORE
              && store.var == 1
              && store.getNext().getOpcode() != Opcodes.GOTO;
      if (notes && ((LdcInsnNode) i).cst instanceof Long at && pc.test(at)) {
        return true;
      }
    }
    return false;
  }

  private static long number(AbstractInsnNode constant) {
    return (Long) ((LdcInsnNode) constant).cst;
  }

  private void entries() {
    put(
        "entry: PCC is not asked",
        CapabilityMutations::isEntryCheck,
        (m, i, r) -> {
          m.instructions.insertBefore(
              i,
              list(insn(Opcodes.POP), insn(Opcodes.POP2), insn(Opcodes.POP2), insn(Opcodes.POP)));
          m.instructions.set(i, insn(Opcodes.ICONST_1));
        });
    put(
        "entry: the answer turned round",
        CapabilityMutations::isEntryJump,
        (m, i, r) -> ((JumpInsnNode) i).setOpcode(Opcodes.IFEQ));
    put(
        "entry: the answer dropped",
        CapabilityMutations::isEntryJump,
        (m, i, r) -> m.instructions.set(i, insn(Opcodes.POP)));
    put(
        "entry: goes on after a no",
        i -> i.getOpcode() == Opcodes.ATHROW && isEntryJump(i.getPrevious().getPrevious()),
        (m, i, r) -> m.instructions.set(i, insn(Opcodes.POP)));
    put(
        "entry: asks for fewer addresses",
        i -> isLimit(i) && hasRefusable(i.getNext(), pc -> pc >= number(i.getPrevious()) + 2),
        (m, i, r) -> ((LdcInsnNode) i).cst = number(i.getPrevious()) + 2);
    put(
        "entry: asks for later addresses",
        i -> isStart(i) && hasRefusable(i.getNext(), pc -> pc < number(i.getNext()) - 2),
        (m, i, r) -> ((LdcInsnNode) i).cst = number(i.getNext()) - 2);
    put(
        "entry: asks for none",
        CapabilityMutations::isLimit,
        (m, i, r) -> ((LdcInsnNode) i).cst = ((LdcInsnNode) i.getPrevious()).cst);
    put(
        "entry: asks after something else",
        CapabilityMutations::isStart,
        (m, i, r) ->
            m.instructions.insertBefore(
                i.getPrevious(),
                list(
                    new VarInsnNode(Opcodes.ALOAD, 0),
                    call(CODE, "link", "(" + H + ")" + K),
                    insn(Opcodes.POP))));
    put(
        "entry: asks for what a register says",
        CapabilityMutations::isLimit,
        (m, i, r) -> m.instructions.set(i, new VarInsnNode(Opcodes.LLOAD, 1)));
  }

  // Flow ---------------------------------------------------------------------------------------

  private static LabelNode labelBefore(MethodNode m, Predicate<AbstractInsnNode> use) {
    for (AbstractInsnNode i : m.instructions.toArray()) {
      if (use.test(i)) {
        LabelNode label = new LabelNode();
        m.instructions.insertBefore(i, label);
        return label;
      }
    }
    return null;
  }

  private static boolean usesMemory(AbstractInsnNode i) {
    return isCall(i, AUTHORISED, "");
  }

  private void handlers(String name, Mutation.Change change) {
    all.put(
        name,
        (node, random) -> {
          List<MethodNode> with =
              node.methods.stream()
                  .filter(
                      m ->
                          !m.tryCatchBlocks.isEmpty()
                              && List.of(m.instructions.toArray()).stream()
                                  .anyMatch(CapabilityMutations::usesMemory))
                  .toList();
          if (with.isEmpty()) {
            return false;
          }
          change.change(with.get(random.nextInt(with.size())), null, random);
          return true;
        });
  }

  private void flow() {
    for (String type :
        new String[] {
          "java/lang/RuntimeException",
          "java/lang/Throwable",
          RUNTIME + "hart/Unwind",
          "java/lang/StackOverflowError",
          null
        }) {
      handlers(
          "handler: catches " + type,
          (m, i, r) -> m.tryCatchBlocks.get(r.nextInt(m.tryCatchBlocks.size())).type = type);
    }
    handlers(
        "handler: goes on",
        (m, i, r) -> {
          LabelNode on = labelBefore(m, CapabilityMutations::usesMemory);
          m.instructions.insert(
              m.tryCatchBlocks.getFirst().handler, new JumpInsnNode(Opcodes.GOTO, on));
        });
    handlers(
        "handler: goes on in some cases",
        (m, i, r) -> {
          LabelNode on = labelBefore(m, CapabilityMutations::usesMemory);
          m.instructions.insert(
              m.tryCatchBlocks.getFirst().handler,
              list(new VarInsnNode(Opcodes.ILOAD, 0), new JumpInsnNode(Opcodes.IFLT, on)));
        });
    handlers(
        "handler: where PCC is asked",
        (m, i, r) -> {
          TryCatchBlockNode first = m.tryCatchBlocks.getFirst();
          LabelNode start = new LabelNode();
          m.instructions.insert(start);
          first.start = start;
        });
    Predicate<AbstractInsnNode> changes = i -> isCall(i, CODE, "jump") || isCall(i, CODE, "invoke");
    put(
        "PCC: reads a register's capability behind its change",
        changes,
        (m, i, r) ->
            m.instructions.insert(
                i,
                list(
                    new VarInsnNode(Opcodes.ALOAD, 0),
                    call(CODE, "link", "(" + H + ")" + K),
                    insn(Opcodes.POP))));
    put(
        "PCC: reads DDC behind its change",
        changes,
        (m, i, r) ->
            m.instructions.insert(
                i,
                list(
                    new VarInsnNode(Opcodes.ALOAD, 0),
                    new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "capabilities", G),
                    call(Opcodes.INVOKEVIRTUAL, REGISTERS, "ddc", "()" + K),
                    insn(Opcodes.POP))));
    put(
        "PCC: jumps back behind its change",
        changes,
        (m, i, r) -> {
          LabelNode back = new LabelNode();
          m.instructions.insertBefore(i, back);
          m.instructions.insert(i, new JumpInsnNode(Opcodes.GOTO, back));
        });
  }

  // Environment calls --------------------------------------------------------------------------

  private static boolean isEnvironmentCall(AbstractInsnNode i) {
    return isCall(i, CODE, "environmentCall");
  }

  /** Whether it decides by the answer of an environment call. */
  private static boolean isAnswered(AbstractInsnNode i) {
    return i.getPrevious() != null && isEnvironmentCall(i.getPrevious());
  }

  /** Whether it says of which instruction an environment call is. */
  private static boolean isCallsPlace(AbstractInsnNode i) {
    return i instanceof LdcInsnNode && isEnvironmentCall(i.getNext());
  }

  private void environmentCalls() {
    put(
        "environment call: the answer dropped",
        CapabilityMutations::isAnswered,
        (m, i, r) -> m.instructions.set(i, insn(Opcodes.POP)));
    put(
        "environment call: the answer turned round",
        CapabilityMutations::isAnswered,
        (m, i, r) -> ((JumpInsnNode) i).setOpcode(Opcodes.IFNE));
    put(
        "environment call: asks for the answer later",
        CapabilityMutations::isAnswered,
        (m, i, r) -> m.instructions.insertBefore(i, list(insn(Opcodes.DUP), insn(Opcodes.POP))));
    put(
        "environment call: stores a register after a no",
        CapabilityMutations::isAnswered,
        (m, i, r) ->
            m.instructions.insert(
                ((JumpInsnNode) i).label,
                list(
                    new VarInsnNode(Opcodes.ALOAD, 0),
                    insn(Opcodes.LCONST_0),
                    new FieldInsnNode(Opcodes.PUTFIELD, Shapes.HART, "x5", "J"))));
    put(
        "environment call: goes on after a no",
        CapabilityMutations::isAnswered,
        (m, i, r) -> {
          LabelNode on = new LabelNode();
          m.instructions.insert(i, on);
          ((JumpInsnNode) i).label = on;
        });
    put(
        "environment call: of an instruction elsewhere",
        CapabilityMutations::isCallsPlace,
        (m, i, r) -> ((LdcInsnNode) i).cst = number(i) + (r.nextBoolean() ? 1 << 20 : -(1 << 20)));
    put(
        "environment call: of an instruction that a register names",
        CapabilityMutations::isCallsPlace,
        (m, i, r) -> m.instructions.set(i, new VarInsnNode(Opcodes.LLOAD, 1)));
    put(
        "environment call: a handler around it",
        CapabilityMutations::isEnvironmentCall,
        (m, i, r) -> {
          LabelNode before = new LabelNode();
          LabelNode behind = new LabelNode();
          LabelNode handler = new LabelNode();
          m.instructions.insertBefore(i, before);
          m.instructions.insert(i, behind);
          m.instructions.add(handler);
          m.instructions.add(insn(Opcodes.ATHROW));
          m.tryCatchBlocks.add(
              new TryCatchBlockNode(before, behind, handler, RUNTIME + "memory/MemoryFault"));
        });
  }

  // Capabilities -------------------------------------------------------------------------------

  private void inserting(String name, AbstractInsnNode... code) {
    all.put(
        name,
        Mutation.inserting(
            () -> {
              InsnList copy = new InsnList();
              for (AbstractInsnNode i : code) {
                copy.add(i.clone(Map.of()));
              }
              return copy;
            }));
  }

  private static FieldInsnNode constant(String name) {
    return new FieldInsnNode(Opcodes.GETSTATIC, CAPABILITY, name, K);
  }

  /** A call on the capability of nothing. */
  private void derives(String name, String descriptor, AbstractInsnNode... arguments) {
    InsnList code = list(constant("NULL"));
    for (AbstractInsnNode argument : arguments) {
      code.add(argument);
    }
    code.add(call(Opcodes.INVOKEVIRTUAL, CAPABILITY, name, descriptor));
    code.add(insn(Opcodes.POP));
    inserting("makes a capability: " + name, code.toArray());
  }

  private void capabilities() {
    inserting("takes the capability of everything", constant("ROOT"), insn(Opcodes.POP));
    inserting(
        "makes a capability of bits",
        insn(Opcodes.ICONST_1),
        insn(Opcodes.LCONST_0),
        insn(Opcodes.LCONST_0),
        call(CAPABILITY, "fromMemory", "(ZJJ)" + K),
        insn(Opcodes.POP));
    derives("tagged", "()" + K);
    derives("unsealed", "()" + K);
    derives("withAddress", "(J)" + K, insn(Opcodes.LCONST_1));
    derives("plus", "(J)" + K, insn(Opcodes.LCONST_1));
    derives("withLength", "(J)" + K, insn(Opcodes.LCONST_1));
    derives("withPermissions", "(J)" + K, insn(Opcodes.LCONST_1));
    derives("withType", "(J)" + K, insn(Opcodes.LCONST_1));
    derives("withFlags", "(J)" + K, insn(Opcodes.LCONST_1));
    derives("taggedIf", "(Z)" + K, insn(Opcodes.ICONST_1));
    inserting("null for a capability", insn(Opcodes.ACONST_NULL), insn(Opcodes.POP));
    for (String setter : new String[] {"setPcc", "setDdc"}) {
      inserting(
          "sets a special register: " + setter,
          new VarInsnNode(Opcodes.ALOAD, 0),
          new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "capabilities", G),
          constant("NULL"),
          call(Opcodes.INVOKEVIRTUAL, REGISTERS, setter, "(" + K + ")V"));
    }
    inserting(
        "keeps the target of an invocation",
        constant("NULL"),
        insn(Opcodes.ICONST_1),
        constant("NULL"),
        insn(Opcodes.ICONST_1),
        call(RUNTIME + "interpreter/CapabilityJumps", "invoked", "(" + K + "I" + K + "I)" + K),
        insn(Opcodes.POP));
    inserting(
        "replaces the capability registers",
        new VarInsnNode(Opcodes.ALOAD, 0),
        new VarInsnNode(Opcodes.ALOAD, 0),
        new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "capabilities", G),
        new FieldInsnNode(Opcodes.PUTFIELD, Shapes.HART, "capabilities", G));
    inserting(
        "takes the table of tags",
        new VarInsnNode(Opcodes.ALOAD, 0),
        new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "window", "L" + WINDOW + ";"),
        call(Opcodes.INVOKEVIRTUAL, WINDOW, "tags", "()L" + TAGS + ";"),
        insn(Opcodes.POP));
  }

  // What is for code without capabilities --------------------------------------------------------

  private void otherCode() {
    inserting(
        "an access under the window alone",
        new VarInsnNode(Opcodes.ALOAD, 0),
        new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "window", "L" + WINDOW + ";"),
        insn(Opcodes.LCONST_1),
        call(MEMORY, "loadLong", "(L" + WINDOW + ";J)J"),
        insn(Opcodes.POP2));
    inserting(
        "a system call with registers of its choice",
        new VarInsnNode(Opcodes.ALOAD, 0),
        insn(Opcodes.LCONST_1),
        insn(Opcodes.LCONST_1),
        call(RUNTIME + "code/Exits", "environmentCall", "(" + H + "JJ)J"),
        insn(Opcodes.POP2));
    inserting(
        "a check of the stack without its capability",
        new VarInsnNode(Opcodes.ALOAD, 0),
        insn(Opcodes.LCONST_1),
        call(EmittedShapes.STACK, "mayEnter", "(" + H + "J)Z"),
        insn(Opcodes.POP));
  }
}
