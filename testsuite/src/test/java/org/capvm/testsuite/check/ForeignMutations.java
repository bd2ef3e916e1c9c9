package org.capvm.testsuite.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Classes that reach for what is not theirs, or are more than a set of functions. */
final class ForeignMutations {
  private static final String RUNTIME = "org/capvm/runtime/";
  private static final String MEMORY = RUNTIME + "memory/Memory";
  private static final String WINDOW = RUNTIME + "memory/Window";

  private ForeignMutations() {}

  static Map<String, Mutation> all() {
    Map<String, Mutation> all = new LinkedHashMap<>();
    calls(all);
    fields(all);
    instructions(all);
    structure(all);
    return all;
  }

  private static InsnList code(Consumer<InsnList> emit) {
    InsnList list = new InsnList();
    emit.accept(list);
    return list;
  }

  private static void call(InsnList to, String owner, String name, String descriptor) {
    to.add(new MethodInsnNode(Opcodes.INVOKESTATIC, owner, name, descriptor, false));
  }

  private static boolean isAccess(MethodInsnNode call) {
    return call.owner.equals(MEMORY);
  }

  private static boolean isOfRuntime(MethodInsnNode call) {
    return call.getOpcode() == Opcodes.INVOKESTATIC && call.owner.startsWith(RUNTIME);
  }

  private static void calls(Map<String, Mutation> all) {
    all.put(
        "foreign call: System.exit",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new InsnNode(Opcodes.ICONST_1));
                      call(c, "java/lang/System", "exit", "(I)V");
                    })));
    all.put(
        "foreign call: raw memory",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      call(
                          c,
                          "jdk/internal/misc/Unsafe",
                          "getUnsafe",
                          "()Ljdk/internal/misc/Unsafe;");
                      c.add(new InsnNode(Opcodes.POP));
                    })));
    all.put(
        "foreign call: another part of the runtime",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new InsnNode(Opcodes.LCONST_0));
                      c.add(new InsnNode(Opcodes.LCONST_1));
                      call(c, RUNTIME + "memory/HostMemory", "discard", "(JJ)V");
                    })));
    all.put(
        "foreign call: virtual",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new VarInsnNode(Opcodes.ALOAD, 0));
                      c.add(
                          new MethodInsnNode(
                              Opcodes.INVOKEVIRTUAL,
                              Shapes.HART,
                              "acknowledgeInterrupt",
                              "()V",
                              false));
                    })));
    all.put(
        "foreign call: interface",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new VarInsnNode(Opcodes.ALOAD, 0));
                      c.add(
                          new MethodInsnNode(
                              Opcodes.INVOKEINTERFACE, "java/lang/Runnable", "run", "()V", true));
                    })));
    all.put(
        "call: another name",
        Mutation.ofCall(ForeignMutations::isOfRuntime, (call, before) -> call.name += "Now"));
    all.put(
        "call: another class",
        Mutation.ofCall(
            ForeignMutations::isOfRuntime, (call, before) -> call.owner = RUNTIME + "hart/Kernel"));
    all.put(
        "call: another type",
        Mutation.ofCall(
            ForeignMutations::isOfRuntime,
            (call, before) -> call.desc = call.desc.replace(")", "Ljava/lang/Object;)")));
    all.put(
        "call: a guest of another file",
        Mutation.ofCall(
            call -> call.owner.startsWith("guest/"),
            (call, before) -> call.owner = "guest/other/Code0"));
    all.put(
        "call: no guest function",
        Mutation.ofCall(
            call -> call.owner.startsWith("guest/"),
            (call, before) -> call.desc = "(L" + Shapes.HART + ";Ljava/lang/String;)V"));
    all.put(
        "dropped check: load",
        Mutation.ofCall(
            call -> isAccess(call) && call.name.startsWith("load"),
            (call, before) -> {
              before.add(new InsnNode(Opcodes.LCONST_0));
              call.owner = Shapes.IN_RANGE;
              call.desc = "(JJ)" + Type.getReturnType(call.desc);
            }));
    all.put(
        "dropped check: store",
        Mutation.ofCall(
            call -> isAccess(call) && call.name.equals("storeLong"),
            (call, before) -> {
              before.add(new InsnNode(Opcodes.LCONST_0));
              call.owner = Shapes.IN_RANGE;
              call.desc = "(JJJ)V";
            }));
    all.put(
        "unchecked accessor of the same name",
        Mutation.ofCall(
            ForeignMutations::isAccess, (call, before) -> call.owner = RUNTIME + "memory/Raw"));
  }

  private static void fields(Map<String, Mutation> all) {
    all.put("raw field: read of the window's base", reading(WINDOW, "lowBase", "J"));
    all.put("raw field: read of the window's limit", reading(WINDOW, "limit", "J"));
    all.put("raw field: read of the kernel", reading(Shapes.HART, "kernel", "Ljava/lang/Object;"));
    all.put(
        "raw field: read of the code", reading(Shapes.HART, "functions", "[[Ljava/lang/Object;"));
    all.put(
        "raw field: write of the bounds of the stack", writing("stackSpan", "J", Opcodes.LCONST_0));
    all.put("raw field: write of the tail target", writing("tailTarget", "J", Opcodes.LCONST_0));
    all.put("raw field: write of the ceiling", writing("hostCeiling", "D", Opcodes.DCONST_0));
    all.put(
        "raw field: write of the retired", writing("instructionsRetired", "J", Opcodes.LCONST_0));
    all.put("raw field: a register as another type", writing("x10", "I", Opcodes.ICONST_0));
    all.put(
        "raw field: read of a static",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(
                          new FieldInsnNode(
                              Opcodes.GETSTATIC,
                              "java/lang/System",
                              "out",
                              "Ljava/io/PrintStream;"));
                      c.add(new InsnNode(Opcodes.POP));
                    })));
    all.put(
        "raw field: write of a static",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new InsnNode(Opcodes.LCONST_0));
                      c.add(new FieldInsnNode(Opcodes.PUTSTATIC, "guest/golden/Code0", "x", "J"));
                    })));
  }

  private static Mutation reading(String owner, String name, String descriptor) {
    return Mutation.inserting(
        () ->
            code(
                c -> {
                  c.add(new VarInsnNode(Opcodes.ALOAD, 0));
                  if (owner.equals(WINDOW)) {
                    c.add(
                        new FieldInsnNode(
                            Opcodes.GETFIELD, Shapes.HART, "window", Shapes.WINDOW_TYPE));
                  }
                  c.add(new FieldInsnNode(Opcodes.GETFIELD, owner, name, descriptor));
                  c.add(new InsnNode(descriptor.equals("J") ? Opcodes.POP2 : Opcodes.POP));
                }));
  }

  private static Mutation writing(String name, String descriptor, int constant) {
    return Mutation.inserting(
        () ->
            code(
                c -> {
                  c.add(new VarInsnNode(Opcodes.ALOAD, 0));
                  c.add(new InsnNode(constant));
                  c.add(new FieldInsnNode(Opcodes.PUTFIELD, Shapes.HART, name, descriptor));
                }));
  }

  private static void instructions(Map<String, Mutation> all) {
    all.put(
        "instruction: an object",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new TypeInsnNode(Opcodes.NEW, "java/lang/Object"));
                      c.add(new InsnNode(Opcodes.POP));
                    })));
    all.put(
        "instruction: an array",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new InsnNode(Opcodes.ICONST_1));
                      c.add(new IntInsnNode(Opcodes.NEWARRAY, Opcodes.T_LONG));
                      c.add(new InsnNode(Opcodes.POP));
                    })));
    all.put(
        "instruction: a class constant",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new LdcInsnNode(Type.getObjectType("java/lang/Runtime")));
                      c.add(new InsnNode(Opcodes.POP));
                    })));
    all.put(
        "instruction: a string that is no table",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new LdcInsnNode("/etc/passwd"));
                      c.add(new InsnNode(Opcodes.POP));
                    })));
    all.put(
        "instruction: invokedynamic",
        Mutation.inserting(
            () ->
                code(
                    c ->
                        c.add(
                            new InvokeDynamicInsnNode(
                                "run",
                                "()V",
                                new Handle(
                                    Opcodes.H_INVOKESTATIC,
                                    "java/lang/Evil",
                                    "bootstrap",
                                    "()Ljava/lang/invoke/CallSite;",
                                    false))))));
    all.put(
        "instruction: a monitor",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new VarInsnNode(Opcodes.ALOAD, 0));
                      c.add(new InsnNode(Opcodes.MONITORENTER));
                    })));
    all.put(
        "instruction: a cast",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new VarInsnNode(Opcodes.ALOAD, 0));
                      c.add(new TypeInsnNode(Opcodes.CHECKCAST, "java/lang/Thread"));
                      c.add(new InsnNode(Opcodes.POP));
                    })));
    all.put(
        "instruction: division",
        Mutation.inserting(
            () ->
                code(
                    c -> {
                      c.add(new InsnNode(Opcodes.LCONST_1));
                      c.add(new InsnNode(Opcodes.LCONST_0));
                      c.add(new InsnNode(Opcodes.LDIV));
                      c.add(new InsnNode(Opcodes.POP2));
                    })));
  }

  private static void structure(Map<String, Mutation> all) {
    all.put("class: a static initialiser", adding(Opcodes.ACC_STATIC, "<clinit>", "()V"));
    all.put("class: a finalizer", adding(Opcodes.ACC_PROTECTED, "finalize", "()V"));
    all.put("class: another virtual method", adding(Opcodes.ACC_PUBLIC, "toString", "()V"));
    all.put(
        "class: a method of strings", adding(Opcodes.ACC_STATIC, "f_1", "(Ljava/lang/String;)V"));
    all.put("class: an interface", onClass(node -> node.interfaces.add("java/lang/Runnable")));
    all.put("class: another superclass", onClass(node -> node.superName = "java/lang/ClassLoader"));
    all.put(
        "class: another package", onClass(node -> node.name = "org/capvm/runtime/memory/Code0"));
    all.put("class: not final", onClass(node -> node.access &= ~Opcodes.ACC_FINAL));
    all.put(
        "class: a static field",
        onClass(
            node ->
                node.fields.add(new FieldNode(Opcodes.ACC_STATIC, "counter", "J", null, null))));
    all.put(
        "class: a field that changes",
        onClass(
            node -> node.fields.add(new FieldNode(Opcodes.ACC_PUBLIC, "state", "I", null, null))));
    all.put(
        "class: a nest host",
        onClass(node -> node.nestHostClass = "org/capvm/runtime/memory/Memory"));
    all.put(
        "class: an annotation",
        onClass(
            node ->
                node.visibleAnnotations = List.of(new AnnotationNode("Ljava/lang/Deprecated;"))));
    all.put(
        "method: native",
        onStatic(
            m -> {
              m.access |= Opcodes.ACC_NATIVE;
              m.instructions.clear();
            }));
    all.put("method: synchronized", onStatic(m -> m.access |= Opcodes.ACC_SYNCHRONIZED));
    all.put("method: a declared exception", onStatic(m -> m.exceptions.add("java/lang/Error")));
    all.put(
        "method: an exception handler",
        onStatic(
            m -> {
              LabelNode start = new LabelNode();
              LabelNode end = new LabelNode();
              m.instructions.insert(start);
              m.instructions.add(end);
              m.instructions.add(new InsnNode(Opcodes.ATHROW));
              m.tryCatchBlocks.add(new TryCatchBlockNode(start, end, end, null));
            }));
  }

  private static Mutation adding(int access, String name, String descriptor) {
    return (node, random) -> {
      MethodNode method = new MethodNode(access, name, descriptor, null, null);
      method.instructions.add(new InsnNode(Opcodes.RETURN));
      method.maxLocals = 2;
      return node.methods.add(method);
    };
  }

  private static Mutation onClass(Consumer<ClassNode> change) {
    return (node, random) -> {
      change.accept(node);
      return true;
    };
  }

  private static Mutation onStatic(Consumer<MethodNode> change) {
    return (ClassNode node, Random random) -> {
      List<MethodNode> methods =
          node.methods.stream().filter(m -> (m.access & Opcodes.ACC_STATIC) != 0).toList();
      change.accept(methods.get(random.nextInt(methods.size())));
      return true;
    };
  }
}
