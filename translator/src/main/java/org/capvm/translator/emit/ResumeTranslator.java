package org.capvm.translator.emit;

import java.util.List;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.ProgramAnalysis;
import org.capvm.translator.discover.FunctionCode;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Translates a function's code from a place in its middle: a loop head or a return site that the
 * interpreter reaches often after frames were dropped.
 *
 * <p>The class is a {@code GuestFunction} that runs from the place until control leaves the
 * function, all registers in the hart between its parts. It has a copy of the function of its own:
 * a second entry into the fast method's loops would make them irreducible (1.7 times slower).
 */
public final class ResumeTranslator {
  private static final String RUN_DESCRIPTOR = "(" + Names.HART_TYPE + "JJ)V";

  /** No return address is odd, so that every return leaves by way of the dispatcher. */
  private static final long NOWHERE = 1;

  private ResumeTranslator() {}

  /**
   * Translates.
   *
   * @param code entered at the place; addresses are guest addresses
   * @param className binary name of the class, which gets a constructor taking a number
   */
  public static TranslatedClass translate(FunctionCode code, String className) {
    String name = className.replace('.', '/');
    FileContext file = new FileContext(new ProgramAnalysis(List.of(code)), List.of(), 0);
    FunctionSummary function = file.program.at(code.entry());
    file.place(function, name);
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    cw.visit(
        Opcodes.V21,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        name,
        null,
        Names.FUNCTION,
        null);
    emitCall(cw, name);
    MethodVisitor mv =
        cw.visitMethod(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, "run", RUN_DESCRIPTOR, null, null);
    mv.visitCode();
    RegisterLocals registers = new RegisterLocals(mv);
    int returnSp = registers.reserve(Opcodes.LONG);
    int entry = registers.reserve(Opcodes.INTEGER);
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitVarInsn(Opcodes.LSTORE, returnSp);
    new FunctionEmitter(file, function, cw).emitFromEntry(mv, registers, entry, returnSp);
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, Names.EXITS, "leaveResumed", "(" + Names.HART_TYPE + ")V", false);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
    cw.visitEnd();
    return new TranslatedClass(className, cw.toByteArray(), List.of(code.entry()), 0);
  }

  private static void emitCall(ClassWriter cw, String name) {
    MethodVisitor mv = cw.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "(I)V", null, null);
    mv.visitCode();
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitMethodInsn(Opcodes.INVOKESPECIAL, Names.FUNCTION, "<init>", "()V", false);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
    mv = cw.visitMethod(Opcodes.ACC_PUBLIC, "call", "(" + Names.HART_TYPE + ")V", null, null);
    mv.visitCode();
    mv.visitVarInsn(Opcodes.ALOAD, 1);
    Constants.push(mv, NOWHERE);
    mv.visitVarInsn(Opcodes.ALOAD, 1);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "x2", "J");
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, name, "run", RUN_DESCRIPTOR, false);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }
}
