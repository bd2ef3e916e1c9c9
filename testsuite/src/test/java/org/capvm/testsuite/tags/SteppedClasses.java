package org.capvm.testsuite.tags;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.Consumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The runtime, loaded a second time, with a stop before every access of the classes below to memory
 * that harts share. Nothing else differs, unless a fault is planted: what is explored is the code
 * that guests run on.
 */
final class SteppedClasses extends ClassLoader {
  private static final String RUNTIME = "org.capvm.runtime.";
  private static final String WORLD = HeapWorld.class.getName();
  private static final String MEMORY = "org/capvm/runtime/memory/";
  private static final String STEPS = "org/capvm/testsuite/tags/Steps";

  /** Where the protocol is written down. */
  private static final Set<String> STEPPED =
      Set.of(
          "org.capvm.runtime.memory.TagTable",
          "org.capvm.runtime.memory.TagClearingMemory",
          "org.capvm.runtime.memory.AuthorisedMemory",
          "org.capvm.runtime.memory.AuthorisedRange",
          "org.capvm.runtime.memory.AtomicMemory",
          "org.capvm.runtime.memory.Window",
          "org.capvm.runtime.interpreter.CapabilityMemory");

  private final Consumer<ClassNode> fault;

  /**
   * @param fault changes a stepped class, or does not
   */
  SteppedClasses(Consumer<ClassNode> fault) {
    super(SteppedClasses.class.getClassLoader());
    this.fault = fault;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (!name.startsWith(RUNTIME) && !name.startsWith(WORLD)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = STEPPED.contains(name) ? stepped(name) : original(name);
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  private byte[] original(String name) {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] stepped(String name) {
    ClassNode node = new ClassNode();
    new ClassReader(original(name)).accept(node, ClassReader.EXPAND_FRAMES);
    fault.accept(node);
    node.methods.forEach(m -> instrument(node, m));
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    node.accept(writer);
    return writer.toByteArray();
  }

  private static void instrument(ClassNode owner, MethodNode m) {
    String method = owner.name + "." + m.name + m.desc + " ";
    int accesses = 0;
    for (AbstractInsnNode i : m.instructions.toArray()) {
      if (!(i instanceof MethodInsnNode call)) {
        continue;
      }
      if (isSpin(call)) {
        InsnList spins = new InsnList();
        spins.add(new LdcInsnNode(method + 0));
        spins.add(hook("spins", "(Ljava/lang/String;)V"));
        m.instructions.insert(call, spins);
      } else if (isAccess(call)) {
        m.instructions.insertBefore(call, hook("before", "()V"));
        observe(m, call, method + accesses++);
      }
    }
  }

  private static boolean isSpin(MethodInsnNode call) {
    return call.owner.equals("java/lang/Thread") && call.name.equals("onSpinWait");
  }

  /** Whether a call reads or writes memory that another hart may access, in one step. */
  static boolean isAccess(MethodInsnNode call) {
    return switch (call.owner) {
      case "java/lang/invoke/VarHandle" -> !call.name.endsWith("Fence");
      case "jdk/internal/misc/Unsafe" ->
          !call.name.equals("getUnsafe") && !call.name.startsWith("array");
      case MEMORY + "Memory", MEMORY + "InRangeMemory", "java/lang/foreign/MemorySegment" ->
          call.name.startsWith("load")
              || call.name.startsWith("store")
              || call.name.equals("copyFrom");
      case MEMORY + "HostMemory" -> call.name.equals("discard") || call.name.equals("renew");
      default -> false;
    };
  }

  private static void observe(MethodNode m, MethodInsnNode call, String site) {
    Type result = Type.getReturnType(call.desc);
    if (result.getSort() == Type.VOID || call.name.equals("copyFrom")) {
      return;
    }
    InsnList saw = new InsnList();
    saw.add(new InsnNode(result.getSize() == 2 ? Opcodes.DUP2 : Opcodes.DUP));
    if (result.getSort() >= Type.ARRAY) {
      saw.add(text(STEPS, "text", "Ljava/lang/Object;"));
    } else {
      boolean isInt = result.getSort() != Type.LONG && result.getSort() != Type.BOOLEAN;
      saw.add(text("java/lang/String", "valueOf", isInt ? "I" : result.getDescriptor()));
    }
    saw.add(new LdcInsnNode(site));
    saw.add(new InsnNode(Opcodes.SWAP));
    saw.add(hook("saw", "(Ljava/lang/String;Ljava/lang/String;)V"));
    m.instructions.insert(call, saw);
  }

  private static MethodInsnNode text(String owner, String name, String from) {
    return new MethodInsnNode(
        Opcodes.INVOKESTATIC, owner, name, "(" + from + ")Ljava/lang/String;", false);
  }

  private static MethodInsnNode hook(String name, String descriptor) {
    return new MethodInsnNode(Opcodes.INVOKESTATIC, STEPS, name, descriptor, false);
  }
}
