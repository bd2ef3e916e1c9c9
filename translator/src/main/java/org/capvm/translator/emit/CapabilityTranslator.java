package org.capvm.translator.emit;

import java.util.List;
import java.util.Optional;
import org.capvm.runtime.capability.Dialect;
import org.capvm.translator.analyse.CapabilityLoop;
import org.capvm.translator.check.CheckedClasses;
import org.capvm.translator.discover.CodeBytes;
import org.capvm.translator.discover.ReachableCode;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/**
 * Translates code with capabilities, hybrid or pure-capability, from one entry at a time.
 *
 * <p>The class is a {@code GuestFunction} that runs from an entry until control leaves the code
 * that was reached from there without a call. It returns when {@code pc} says where control has
 * gone, and throws {@code Unwind} when the interpreter has to execute the instruction at {@code
 * pc}, with all registers in the hart. It checks PCC, and the mode, when it is entered.
 */
public final class CapabilityTranslator {
  /** Instructions in a method, so that most stay below what HotSpot compiles; halved until then. */
  private static final int MOST_INSTRUCTIONS = 256;

  /** Instructions with which a method is small whatever they are. */
  private static final int SURELY_SMALL = 32;

  private static final String RUN_DESCRIPTOR = "(" + Names.HART_TYPE + "JJ)V";

  private static final String NUMBER = "number";

  private CapabilityTranslator() {}

  /**
   * Finds the code that becomes one method.
   *
   * @param entry guest address
   * @param capabilityMode the mode of PCC when the code runs
   * @return empty where the interpreter has to execute the first instruction
   */
  public static Optional<ReachableCode> find(
      CodeBytes bytes, long entry, boolean capabilityMode, Dialect dialect) {
    ReachableCode code = new ReachableCode(bytes, entry, capabilityMode, MOST_INSTRUCTIONS);
    if (code.first().map(CapabilityBodyEmitter::isLeftToInterpreter).orElse(true)) {
      return Optional.empty();
    }
    for (int most = MOST_INSTRUCTIONS / 2;
        most >= SURELY_SMALL && sizeOf(code, dialect) >= FunctionEmitter.HUGE_METHOD;
        most /= 2) {
      code = new ReachableCode(bytes, entry, capabilityMode, most);
    }
    return Optional.of(code);
  }

  private static int sizeOf(ReachableCode code, Dialect dialect) {
    return code.size() <= SURELY_SMALL ? 0 : sizeOf(code, dialect, List.of());
  }

  private static int sizeOf(ReachableCode code, Dialect dialect, List<CapabilityLoop> loops) {
    CodeSizeEvaluator size = new CodeSizeEvaluator(null);
    new CapabilityBodyEmitter(size, code, dialect, loops).emit();
    return size.getMaxSize();
  }

  /** The loops that get a version without checks: all, or none where the method would be huge. */
  private static List<CapabilityLoop> loops(ReachableCode code, Dialect dialect) {
    List<CapabilityLoop> loops = CapabilityLoop.of(code);
    boolean small = loops.isEmpty() || sizeOf(code, dialect, loops) < FunctionEmitter.HUGE_METHOD;
    return small ? loops : List.of();
  }

  /**
   * Translates.
   *
   * @param codes in the order of their numbers
   * @param className binary name of the class, which gets a constructor taking the number of the
   *     code to run
   */
  public static TranslatedClass translate(
      List<ReachableCode> codes, Dialect dialect, String className) {
    String owner = className.replace('.', '/');
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    cw.visit(
        Opcodes.V21,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        owner,
        null,
        Names.FUNCTION,
        null);
    NumberedClass.emitConstructor(cw, owner, NUMBER);
    emitCall(cw, owner, codes);
    for (int number = 0; number < codes.size(); number++) {
      ReachableCode code = codes.get(number);
      int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC;
      MethodVisitor mv = cw.visitMethod(access, method(code, number), RUN_DESCRIPTOR, null, null);
      mv.visitCode();
      new CapabilityBodyEmitter(mv, code, dialect, loops(code, dialect)).emit();
      mv.visitMaxs(0, 0);
      mv.visitEnd();
    }
    cw.visitEnd();
    List<Long> entries = codes.stream().map(ReachableCode::entry).toList();
    byte[] classFile = cw.toByteArray();
    CheckedClasses.madeWithCapabilities(classFile);
    return new TranslatedClass(className, classFile, entries, 0);
  }

  private static String method(ReachableCode code, int number) {
    return "c" + number + "_" + Long.toHexString(code.entry());
  }

  private static void emitCall(ClassWriter cw, String owner, List<ReachableCode> codes) {
    MethodVisitor mv =
        cw.visitMethod(Opcodes.ACC_PUBLIC, "call", "(" + Names.HART_TYPE + ")V", null, null);
    mv.visitCode();
    Label[] labels = codes.stream().map(code -> new Label()).toArray(Label[]::new);
    Label none = new Label();
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitFieldInsn(Opcodes.GETFIELD, owner, NUMBER, "I");
    mv.visitTableSwitchInsn(0, labels.length - 1, none, labels);
    for (int number = 0; number < labels.length; number++) {
      ReachableCode code = codes.get(number);
      mv.visitLabel(labels[number]);
      mv.visitFrame(Opcodes.F_NEW, 2, new Object[] {owner, Names.HART}, 0, new Object[0]);
      mv.visitVarInsn(Opcodes.ALOAD, 1);
      Constants.push(mv, code.entry());
      mv.visitVarInsn(Opcodes.ALOAD, 1);
      mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "x2", "J");
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, owner, method(code, number), RUN_DESCRIPTOR, false);
      mv.visitInsn(Opcodes.RETURN);
    }
    mv.visitLabel(none);
    mv.visitFrame(Opcodes.F_NEW, 2, new Object[] {owner, Names.HART}, 0, new Object[0]);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }
}
