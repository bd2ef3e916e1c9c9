package org.capvm.testsuite.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
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

/** Classes that use what the class file format, linking and verification have to offer. */
final class ClassFileMutations {
  private static final String FUNCTION = "org/capvm/runtime/hart/GuestFunction";
  private static final Handle BOOTSTRAP =
      new Handle(
          Opcodes.H_INVOKESTATIC,
          "java/lang/invoke/ConstantBootstraps",
          "nullConstant",
          "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;)"
              + "Ljava/lang/Object;",
          false);

  private ClassFileMutations() {}

  static Map<String, Mutation> all() {
    Map<String, Mutation> all = new LinkedHashMap<>();
    versions(all);
    constants(all);
    members(all);
    methods(all);
    return all;
  }

  private static Mutation onClass(Consumer<ClassNode> change) {
    return (node, random) -> {
      change.accept(node);
      return true;
    };
  }

  private static Mutation onMethod(boolean isStatic, Consumer<MethodNode> change) {
    return (ClassNode node, Random random) -> {
      List<MethodNode> methods =
          node.methods.stream()
              .filter(m -> (m.access & Opcodes.ACC_STATIC) != 0 == isStatic)
              .filter(m -> isStatic || m.name.equals("<init>"))
              .toList();
      if (methods.isEmpty()) {
        return false;
      }
      change.accept(methods.get(random.nextInt(methods.size())));
      return true;
    };
  }

  private static Mutation inserting(AbstractInsnNode... instructions) {
    return Mutation.inserting(
        () -> {
          InsnList list = new InsnList();
          for (AbstractInsnNode i : instructions) {
            list.add(i.clone(Map.of()));
          }
          return list;
        });
  }

  private static Mutation loading(Object constant, int slots) {
    return inserting(
        new LdcInsnNode(constant), new InsnNode(slots == 2 ? Opcodes.POP2 : Opcodes.POP));
  }

  private static void versions(Map<String, Mutation> all) {
    all.put("version: of the verifier that guesses", onClass(node -> node.version = Opcodes.V1_5));
    all.put("version: that fails over", onClass(node -> node.version = Opcodes.V1_6));
    all.put("version: a newer one", onClass(node -> node.version = Opcodes.V24));
    all.put("version: with preview features", onClass(node -> node.version |= Opcodes.V_PREVIEW));
  }

  private static void constants(Map<String, Mutation> all) {
    all.put("constant: a dynamic number", loading(new ConstantDynamic("x", "J", BOOTSTRAP), 2));
    all.put(
        "constant: a dynamic object",
        loading(new ConstantDynamic("x", "Ljava/lang/Object;", BOOTSTRAP), 1));
    all.put("constant: a method handle", loading(BOOTSTRAP, 1));
    all.put("constant: a method type", loading(Type.getMethodType("()V"), 1));
    all.put(
        "constant: null", inserting(new InsnNode(Opcodes.ACONST_NULL), new InsnNode(Opcodes.POP)));
  }

  private static void members(Map<String, Mutation> all) {
    all.put(
        "call: a static method that is inherited",
        (node, random) ->
            onMethod(
                    true,
                    m ->
                        m.instructions.insert(
                            callOfHart(node.name, "finishTailCalls", Opcodes.INVOKESTATIC)))
                .apply(node, random));
    all.put(
        "call: an instance method of its own",
        (node, random) ->
            onMethod(
                    true,
                    m ->
                        m.instructions.insert(callOfHart(node.name, "call", Opcodes.INVOKEVIRTUAL)))
                .apply(node, random));
    all.put(
        "call: an instance method as a static one",
        (node, random) ->
            onMethod(
                    true,
                    m -> m.instructions.insert(callOfHart(node.name, "call", Opcodes.INVOKESTATIC)))
                .apply(node, random));
    all.put(
        "call: as of an interface",
        Mutation.ofCall(
            call -> call.getOpcode() == Opcodes.INVOKESTATIC, (call, before) -> call.itf = true));
    all.put(
        "call: a longer package",
        Mutation.ofCall(
            call -> call.owner.startsWith("guest/"),
            (call, before) -> call.owner = call.owner.replaceFirst("/([^/]*)$", "/more/$1")));
    all.put(
        "field: one that is inherited",
        (node, random) ->
            onMethod(
                    false,
                    m -> {
                      InsnList write = new InsnList();
                      write.add(new VarInsnNode(Opcodes.ALOAD, 0));
                      write.add(new InsnNode(Opcodes.ICONST_0));
                      write.add(new FieldInsnNode(Opcodes.PUTFIELD, node.name, "state", "I"));
                      m.instructions.insertBefore(m.instructions.getLast(), write);
                    })
                .apply(node, random));
    all.put("field: the hart's window", write("window", Shapes.WINDOW_TYPE));
    all.put("field: a register there is none of", write("x32", "J"));
    all.put("field: register 0", write("x0", "J"));
    all.put("field: the host address of the window", write("hostDelta", "J"));
    all.put("field: a static of the hart", writeStatic());
  }

  private static InsnList callOfHart(String owner, String name, int opcode) {
    InsnList list = new InsnList();
    list.add(new VarInsnNode(Opcodes.ALOAD, 0));
    if (opcode == Opcodes.INVOKEVIRTUAL) {
      list.add(new VarInsnNode(Opcodes.ALOAD, 0));
    }
    list.add(new MethodInsnNode(opcode, owner, name, "(L" + Shapes.HART + ";)V", false));
    return list;
  }

  private static Mutation write(String name, String descriptor) {
    boolean isWindow = descriptor.equals(Shapes.WINDOW_TYPE);
    return inserting(
        new VarInsnNode(Opcodes.ALOAD, 0),
        isWindow ? new VarInsnNode(Opcodes.ALOAD, 0) : new InsnNode(Opcodes.LCONST_1),
        isWindow
            ? new FieldInsnNode(Opcodes.GETFIELD, Shapes.HART, name, descriptor)
            : new InsnNode(Opcodes.NOP),
        new FieldInsnNode(Opcodes.PUTFIELD, Shapes.HART, name, descriptor));
  }

  private static Mutation writeStatic() {
    return inserting(
        new InsnNode(Opcodes.LCONST_1),
        new FieldInsnNode(Opcodes.PUTSTATIC, Shapes.HART, "x10", "J"));
  }

  private static void methods(Map<String, Mutation> all) {
    all.put(
        "method: a foreign call that is never reached",
        onMethod(
            true,
            m -> {
              m.instructions.add(new InsnNode(Opcodes.ICONST_0));
              m.instructions.add(
                  new MethodInsnNode(
                      Opcodes.INVOKESTATIC, "java/lang/System", "exit", "(I)V", false));
              m.instructions.add(new InsnNode(Opcodes.RETURN));
            }));
    all.put(
        "method: a handler that is never reached",
        onMethod(
            true,
            m -> {
              LabelNode start = new LabelNode();
              LabelNode end = new LabelNode();
              m.instructions.add(start);
              m.instructions.add(new InsnNode(Opcodes.NOP));
              m.instructions.add(end);
              m.instructions.add(new InsnNode(Opcodes.ATHROW));
              m.tryCatchBlocks.add(
                  new TryCatchBlockNode(start, end, end, "org/capvm/runtime/hart/Unwind"));
            }));
    all.put(
        "method: a subroutine",
        onMethod(
            true,
            m -> {
              LabelNode routine = new LabelNode();
              m.instructions.insert(new JumpInsnNode(Opcodes.JSR, routine));
              m.instructions.add(routine);
              m.instructions.add(new VarInsnNode(Opcodes.ASTORE, 99));
              m.instructions.add(new VarInsnNode(Opcodes.RET, 99));
            }));
    all.put(
        "method: thousands of locals",
        inserting(new InsnNode(Opcodes.LCONST_0), new VarInsnNode(Opcodes.LSTORE, 60_000)));
    all.put(
        "method: another constructor of the superclass",
        onMethod(
            false,
            m -> {
              for (AbstractInsnNode i : m.instructions) {
                if (i instanceof MethodInsnNode call) {
                  call.owner = call.owner.equals(FUNCTION) ? "java/lang/Object" : FUNCTION;
                }
              }
            }));
    all.put("method: a static one that returns an object", returning("()Ljava/lang/Object;"));
    all.put("method: one without a hart", returning("(J)V"));
    all.put("method: one of two harts", returning("(L" + Shapes.HART + ";L" + Shapes.HART + ";)V"));
  }

  private static Mutation returning(String descriptor) {
    return onClass(
        node -> {
          MethodNode method = new MethodNode(Opcodes.ACC_STATIC, "f_0", descriptor, null, null);
          method.instructions.add(new InsnNode(Opcodes.ICONST_0));
          method.instructions.add(new InsnNode(Opcodes.IRETURN));
          node.methods.add(method);
        });
  }
}
