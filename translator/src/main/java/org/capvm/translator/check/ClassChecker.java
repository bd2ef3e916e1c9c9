package org.capvm.translator.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;

/** Accepts or rejects a generated class. */
public final class ClassChecker {
  /** The only version: of the verifier, and of what a class file may contain. */
  private static final int VERSION = Opcodes.V21;

  /** The last kind of constant that is not for dynamic calls or modules. */
  private static final int CONSTANT_NAME_AND_TYPE = 12;

  /** Bounds what a proof takes; generated methods have a tenth of it. */
  private static final int MOST_SLOTS = 1000;

  private static final int CLASS_ACCESS =
      Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER;

  private static final Pattern CLASS_NAME = Pattern.compile("guest(/[\\w$]+)+");
  private static final Set<String> CONSTRUCTOR = Set.of("()V", "(I)V");
  private static final Set<String> CALL =
      Set.of("(L" + AllowedMembers.HART + ";)V", "(L" + AllowedMembers.HART + ";JJJJJJ)J");

  /** What generated static methods take and return: a hart and numbers, or an int for an int. */
  private static final Pattern FUNCTION =
      Pattern.compile("\\(L" + AllowedMembers.HART + ";[JDI]*\\)[VJDI]|\\(I\\)I");

  private final ClassNode node;
  private final Set<GeneratedMethod> methods = new HashSet<>();
  private final Set<GeneratedMethod> calls = new HashSet<>();

  private final boolean clearsTags;
  private boolean hasCapabilities;
  private boolean hasWindow;

  private ClassChecker(ClassNode node, boolean clearsTags) {
    this.node = node;
    this.clearsTags = clearsTags;
  }

  /**
   * Checks a class.
   *
   * @return what it offers other classes of its file, and needs of them
   * @throws RejectedClassException when it is not as generated classes must be
   */
  public static CheckedClass check(byte[] classFile) throws RejectedClassException {
    return check(classFile, false, false);
  }

  /**
   * Checks a class whose stores have to clear tags: one that leaves them is rejected.
   *
   * @return what it offers other classes of its file, and needs of them
   * @throws RejectedClassException when it is not as such classes must be
   */
  public static CheckedClass checkTagClearing(byte[] classFile) throws RejectedClassException {
    return check(classFile, false, true);
  }

  /**
   * Checks a class of code with capabilities, for a window with tags: one that rests on the bounds
   * of the window alone is none.
   *
   * @throws RejectedClassException when it is not as such classes must be
   */
  public static void checkWithCapabilities(byte[] classFile) throws RejectedClassException {
    check(classFile, true, false);
  }

  private static CheckedClass check(byte[] classFile, boolean needsCapabilities, boolean clearsTags)
      throws RejectedClassException {
    try {
      ClassChecker checker = new ClassChecker(read(classFile), clearsTags);
      checker.check();
      checker.require(
          checker.hasCapabilities || !needsCapabilities, "does not ask capabilities for anything");
      return new CheckedClass(checker.node.name, checker.methods, checker.calls);
    } catch (RuntimeException e) {
      // ASM, and what builds on it, says that a class is damaged by whatever it runs into.
      throw new RejectedClassException("class", "is damaged: " + e);
    }
  }

  private static ClassNode read(byte[] classFile) throws RejectedClassException {
    ClassReader reader = new ClassReader(classFile);
    for (int k = 1; k < reader.getItemCount(); k++) {
      int content = reader.getItem(k);
      // Before ASM resolves them: constants for dynamic calls may contain each other.
      if (content > 0 && reader.readByte(content - 1) > CONSTANT_NAME_AND_TYPE) {
        throw new RejectedClassException("class", "has constants for dynamic calls or modules");
      }
    }
    ClassNode node = new ClassNode();
    reader.accept(node, ClassReader.SKIP_FRAMES | ClassReader.SKIP_DEBUG);
    return node;
  }

  private void check() throws RejectedClassException {
    require(node.version == VERSION, "has the version " + node.version);
    require(node.access == CLASS_ACCESS, "has access flags " + node.access);
    require(CLASS_NAME.matcher(node.name).matches(), "is in no package of guests");
    require(
        AllowedMembers.FUNCTION.equals(node.superName)
            || AllowedMembers.DIRECT_FUNCTION.equals(node.superName),
        "extends " + node.superName);
    require(node.interfaces.isEmpty(), "implements " + node.interfaces);
    require(
        node.signature == null
            && node.outerClass == null
            && node.nestHostClass == null
            && isEmpty(node.innerClasses)
            && isEmpty(node.nestMembers)
            && isEmpty(node.permittedSubclasses)
            && isEmpty(node.recordComponents)
            && isEmpty(node.visibleAnnotations)
            && isEmpty(node.invisibleAnnotations)
            && isEmpty(node.visibleTypeAnnotations)
            && isEmpty(node.invisibleTypeAnnotations)
            && isEmpty(node.attrs)
            && node.module == null,
        "has attributes of no use to generated code");
    for (FieldNode field : node.fields) {
      require(isNumber(field), "has the field " + field.name);
    }
    for (MethodNode method : node.methods) {
      checkMethod(method);
    }
    require(!hasCapabilities || !hasWindow, "goes around capabilities");
    require(!hasCapabilities || !clearsTags, "asks capabilities");
    for (MethodNode method : node.methods) {
      if (hasCapabilities && (method.access & Opcodes.ACC_STATIC) != 0) {
        CapabilityMethodCheck.check(method, node.name + "." + method.name + method.desc);
      }
    }
    for (GeneratedMethod call : calls) {
      // Not one that it inherits; of calls of other classes, FileChecker sees to it.
      require(
          !call.owner().equals(node.name) || methods.contains(call),
          "lacks " + call.name() + call.descriptor());
    }
  }

  /** The only state of an object: which function, or entry, it stands for. */
  private static boolean isNumber(FieldNode field) {
    return field.access == (Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL)
        && field.desc.equals("I")
        && field.value == null
        && isEmpty(field.attrs)
        && isEmpty(field.visibleAnnotations)
        && isEmpty(field.invisibleAnnotations);
  }

  private void checkMethod(MethodNode method) throws RejectedClassException {
    require(isKnown(method), "has the method " + method.name + method.desc);
    String where = node.name + "." + method.name + method.desc;
    require(
        method.tryCatchBlocks.stream()
            .allMatch(handler -> handler.type != null && AllowedMembers.isCaught(handler.type)),
        method.name + " has an exception handler");
    require(
        method.exceptions.isEmpty()
            && method.signature == null
            && method.annotationDefault == null
            && isEmpty(method.attrs)
            && isEmpty(method.parameters)
            && isEmpty(method.visibleAnnotations)
            && isEmpty(method.invisibleAnnotations)
            && isEmpty(method.visibleTypeAnnotations)
            && isEmpty(method.invisibleTypeAnnotations),
        method.name + " has attributes of no use to generated code");
    require(
        method.maxLocals <= MOST_SLOTS && method.maxStack <= MOST_SLOTS,
        method.name + " has too many locals, or too large a stack");
    if ((method.access & Opcodes.ACC_STATIC) != 0) {
      methods.add(new GeneratedMethod(node.name, method.name, method.desc));
    }
    InstructionCheck instructions = new InstructionCheck(node, method, where, calls, clearsTags);
    AbstractInsnNode[] code = method.instructions.toArray();
    for (AbstractInsnNode instruction : code) {
      instructions.check(instruction);
    }
    hasCapabilities |= instructions.usesCapabilities();
    hasWindow |= instructions.usesWindow();
    if (instructions.usesRanges()) {
      require(
          method.tryCatchBlocks.isEmpty() || instructions.usesCapabilities(),
          method.name + " has a handler beside range checks");
      RangeProof.check(method, code, where, clearsTags);
    }
  }

  private static boolean isKnown(MethodNode method) {
    return switch (method.access) {
      case Opcodes.ACC_PUBLIC ->
          method.name.equals("<init>") && CONSTRUCTOR.contains(method.desc)
              || method.name.equals("call") && CALL.contains(method.desc);
      case Opcodes.ACC_STATIC,
          Opcodes.ACC_STATIC | Opcodes.ACC_PUBLIC,
          Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE ->
          !method.name.startsWith("<") && isFunction(method.desc);
      default -> false;
    };
  }

  /** Whether a descriptor is that of a generated static method. */
  static boolean isFunction(String descriptor) {
    return FUNCTION.matcher(descriptor).matches();
  }

  private static boolean isEmpty(List<?> list) {
    return list == null || list.isEmpty();
  }

  private void require(boolean condition, String otherwise) throws RejectedClassException {
    if (!condition) {
      throw new RejectedClassException(node.name, otherwise);
    }
  }
}
