package org.capvm.translator.check;

import java.util.BitSet;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Holds the instructions of a method, each for itself, to what generated code may contain. */
final class InstructionCheck {
  /**
   * Instructions that touch nothing but locals and the JVM stack. Division is none of them, because
   * it throws; nor is null, because no accessor would check it.
   */
  private static final BitSet HARMLESS = harmless();

  private final ClassNode owner;
  private final MethodNode method;
  private final String where;
  private final Set<GeneratedMethod> calls;
  private final boolean clearsTags;
  private boolean usesRanges;
  private boolean usesCapabilities;
  private boolean usesWindow;

  /**
   * @param calls receives what is called that is not of the runtime
   * @param clearsTags whether no store may leave tags as they are
   */
  InstructionCheck(
      ClassNode owner,
      MethodNode method,
      String where,
      Set<GeneratedMethod> calls,
      boolean clearsTags) {
    this.owner = owner;
    this.method = method;
    this.where = where;
    this.calls = calls;
    this.clearsTags = clearsTags;
  }

  private static BitSet harmless() {
    BitSet set = new BitSet();
    set.set(Opcodes.NOP);
    set.set(Opcodes.ICONST_M1, Opcodes.LDC); // constants up to SIPUSH
    set.set(Opcodes.ILOAD, Opcodes.ALOAD + 1);
    set.set(Opcodes.ISTORE, Opcodes.ASTORE + 1);
    set.set(Opcodes.POP, Opcodes.SWAP + 1);
    set.set(Opcodes.IADD, Opcodes.IDIV); // addition, subtraction, multiplication
    set.set(Opcodes.FDIV, Opcodes.DDIV + 1);
    set.set(Opcodes.INEG, Opcodes.DNEG + 1);
    set.set(Opcodes.ISHL, Opcodes.LXOR + 1); // shifts and logic
    set.set(Opcodes.IINC, Opcodes.IFEQ); // conversions and comparisons
    set.set(Opcodes.IFEQ, Opcodes.IF_ICMPLE + 1);
    set.set(Opcodes.GOTO);
    set.set(Opcodes.IFNULL, Opcodes.IFNONNULL + 1);
    set.set(Opcodes.TABLESWITCH, Opcodes.RETURN + 1);
    set.clear(Opcodes.ARETURN);
    set.set(Opcodes.ATHROW); // the verifier wants a throwable: an Unwind, there are no others
    return set;
  }

  /** Whether an access rests on an earlier check: then the method needs a {@link RangeProof}. */
  boolean usesRanges() {
    return usesRanges;
  }

  /** Whether the code has capabilities: then it needs a {@link CapabilityMethodCheck}. */
  boolean usesCapabilities() {
    return usesCapabilities;
  }

  /** Whether something rests on the bounds of the window alone. */
  boolean usesWindow() {
    return usesWindow;
  }

  void check(AbstractInsnNode instruction) throws RejectedClassException {
    if (instruction.getOpcode() < 0 || HARMLESS.get(instruction.getOpcode())) {
      return;
    }
    boolean allowed =
        switch (instruction) {
          case LdcInsnNode constant -> constant.cst instanceof Number || isTable(constant);
          case FieldInsnNode access -> isAllowed(access);
          case MethodInsnNode call -> isAllowed(call);
          default -> false;
        };
    if (!allowed) {
      throw new RejectedClassException(where, describe(instruction));
    }
  }

  /** A string is a table of labels, and goes nowhere else. */
  private static boolean isTable(LdcInsnNode constant) {
    return constant.cst instanceof String
        && constant.getNext() instanceof MethodInsnNode call
        && AllowedMembers.isTableLookup(call.owner);
  }

  private boolean isAllowed(FieldInsnNode access) {
    usesCapabilities |= AllowedMembers.isOfCapabilities(access.owner);
    if (access.desc.startsWith("L")) {
      String type = access.desc.substring(1, access.desc.length() - 1);
      usesCapabilities |= AllowedMembers.isOfCapabilities(type);
    }
    boolean own =
        !isStatic()
            && access.owner.equals(owner.name)
            && owner.fields.stream()
                .anyMatch(f -> f.name.equals(access.name) && f.desc.equals(access.desc));
    return switch (access.getOpcode()) {
      case Opcodes.GETFIELD ->
          own || AllowedMembers.isReadable(access.owner, access.name, access.desc);
      case Opcodes.PUTFIELD ->
          isConstructor() ? own : AllowedMembers.isWritable(access.owner, access.name, access.desc);
      case Opcodes.GETSTATIC -> AllowedMembers.isConstant(access.owner, access.name, access.desc);
      default -> false;
    };
  }

  private boolean isAllowed(MethodInsnNode call) {
    boolean ofOtherKind =
        clearsTags ? AllowedMembers.leavesTags(call) : AllowedMembers.isTagClearing(call.owner);
    if (call.itf || ofOtherKind) {
      return false;
    }
    usesCapabilities |= AllowedMembers.isOfCapabilities(call.owner);
    usesWindow |= AllowedMembers.isOfWindow(call);
    return switch (call.getOpcode()) {
      case Opcodes.INVOKESTATIC -> {
        usesRanges |=
            AllowedMembers.isInRangeAccess(call)
                || AllowedMembers.isRangeCheck(call.owner, call.name);
        if (isGenerated(call)) {
          calls.add(new GeneratedMethod(call.owner, call.name, call.desc));
          yield true;
        }
        yield AllowedMembers.isStaticMethod(call.owner, call.name, call.desc);
      }
      case Opcodes.INVOKEVIRTUAL ->
          AllowedMembers.isVirtualMethod(call.owner, call.name, call.desc);
      case Opcodes.INVOKESPECIAL ->
          isConstructor()
              && call.owner.equals(owner.superName)
              && call.name.equals("<init>")
              && call.desc.equals("()V");
      default -> false;
    };
  }

  /** A method of a class of the same file, which is in the same package. */
  private boolean isGenerated(MethodInsnNode call) {
    int slash = owner.name.lastIndexOf('/');
    return call.owner.lastIndexOf('/') == slash
        && call.owner.startsWith(owner.name.substring(0, slash + 1))
        && ClassChecker.isFunction(call.desc);
  }

  private boolean isStatic() {
    return (method.access & Opcodes.ACC_STATIC) != 0;
  }

  private boolean isConstructor() {
    return method.name.equals("<init>");
  }

  private static String describe(AbstractInsnNode instruction) {
    return switch (instruction) {
      case FieldInsnNode access ->
          "uses the field %s.%s:%s".formatted(access.owner, access.name, access.desc);
      case MethodInsnNode call -> "calls %s.%s%s".formatted(call.owner, call.name, call.desc);
      case LdcInsnNode constant -> "has a constant that is neither a number nor a table";
      default -> "has an instruction with opcode " + instruction.getOpcode();
    };
  }
}
