package org.capvm.testsuite.check;

import java.util.LinkedHashMap;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What a wrong translator, or an attacker, could make of code whose stores clear tags. */
final class TagClearingMutations {
  private static final String MEMORY = "org/capvm/runtime/memory/Memory";
  private static final String ATOMICS = "org/capvm/runtime/isa/AtomicOperations";
  private static final String HART_TYPE = "L" + Shapes.HART + ";";

  private final Map<String, Mutation> all = new LinkedHashMap<>();

  private TagClearingMutations() {}

  static Map<String, Mutation> all() {
    TagClearingMutations mutations = new TagClearingMutations();
    mutations.stores();
    mutations.ranges();
    mutations.atomics();
    return mutations.all;
  }

  private void stores() {
    all.put(
        "tags: a store leaves them",
        Mutation.ofCall(
            call -> call.owner.equals(TagClearingShapes.MEMORY), (call, _) -> call.owner = MEMORY));
    all.put(
        "tags: a store into a range leaves them",
        Mutation.ofCall(
            call -> isRangeStore(call) && call.owner.equals(TagClearingShapes.IN_RANGE),
            (call, before) -> {
              before.add(new InsnNode(Opcodes.POP));
              call.owner = Shapes.IN_RANGE;
              call.desc = call.desc.replace(Shapes.WINDOW_TYPE, "");
            }));
    all.put(
        "tags: a store by the table of tags",
        Mutation.ofCall(
            call -> call.owner.equals(TagClearingShapes.MEMORY),
            (call, _) -> call.owner = "org/capvm/runtime/memory/TagTable"));
  }

  private void ranges() {
    all.put(
        "tags: a range is not asked for them",
        Mutation.ofCall(
            call -> call.name.equals("hostWithoutTags") && isStoredTo(call),
            (call, _) -> {
              call.owner = Shapes.IN_RANGE;
              call.name = "host";
            }));
    all.put(
        "tags: none were found before a poll",
        Mutation.ofCall(
            call -> isRangeStore(call) && call.owner.equals(Shapes.IN_RANGE),
            (call, before) -> {
              before.add(new VarInsnNode(Opcodes.ALOAD, 0));
              before.add(
                  new MethodInsnNode(
                      Opcodes.INVOKESTATIC,
                      Shapes.HART,
                      "pollRequested",
                      "(" + HART_TYPE + ")Z",
                      false));
              before.add(new InsnNode(Opcodes.POP));
            }));
    all.put(
        "tags: a store behind the range",
        Mutation.ofCall(
            call -> isRangeStore(call) && call.desc.startsWith("(JJJ"),
            (call, before) -> {
              boolean window = call.desc.contains(Shapes.WINDOW_TYPE);
              if (window) {
                before.add(new InsnNode(Opcodes.POP));
              }
              before.add(new InsnNode(Opcodes.POP2));
              before.add(new InsnNode(Opcodes.POP2));
              before.add(new org.objectweb.asm.tree.LdcInsnNode(1L << 40));
              before.add(new InsnNode(Opcodes.LCONST_1));
              if (window) {
                pushWindow(before);
              }
            }));
  }

  private void atomics() {
    all.put(
        "tags: an AMO leaves them",
        Mutation.ofCall(
            call -> call.owner.equals(TagClearingShapes.ATOMICS),
            (call, before) -> {
              // The opcode is below the address and the value.
              before.add(new InsnNode(Opcodes.POP2));
              before.add(new InsnNode(Opcodes.POP2));
              before.add(new InsnNode(Opcodes.POP));
              before.add(new InsnNode(Opcodes.LCONST_0));
              before.add(new InsnNode(Opcodes.LCONST_1));
              call.owner = ATOMICS;
              call.name = "amoaddD";
              call.desc = "(" + HART_TYPE + "JJ)J";
            }));
  }

  private static void pushWindow(InsnList before) {
    before.add(new VarInsnNode(Opcodes.ALOAD, 0));
    before.add(new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, "window", Shapes.WINDOW_TYPE));
  }

  private static boolean isRangeStore(MethodInsnNode call) {
    return call.name.startsWith("store")
        && (call.owner.equals(Shapes.IN_RANGE) || call.owner.equals(TagClearingShapes.IN_RANGE));
  }

  /** Whether a store follows that relies on the check. */
  private static boolean isStoredTo(MethodInsnNode check) {
    for (var i = check.getNext(); i != null; i = i.getNext()) {
      if (i instanceof MethodInsnNode call
          && isRangeStore(call)
          && call.owner.equals(Shapes.IN_RANGE)) {
        return true;
      }
    }
    return false;
  }
}
