package org.capvm.translator.emit;

import java.util.List;
import java.util.Map;
import org.capvm.translator.analyse.FunctionSummary;
import org.capvm.translator.analyse.ProgramAnalysis;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.PltStub;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Translates a function's code from a place in its middle: a loop head or a return site that the
 * interpreter reaches often after frames were dropped.
 *
 * <p>The class is a {@code GuestFunction} that runs from the place until control leaves the
 * function, all registers in the hart between its parts. The labels of its computed gotos, and
 * whatever else its parts are entered at, are entries too: an interpreter loop, which becomes hot
 * at each of its operations, needs one class only. It has a copy of the function of its own: a
 * second entry into the fast method's loops would make them irreducible (1.7 times slower).
 */
public final class ResumeTranslator {
  private static final String RUN_DESCRIPTOR = "(" + Names.HART_TYPE + "JJJI)V";

  private static final String ENTRY = "entry";

  /** No return address is odd, so that every return leaves by way of the dispatcher. */
  private static final long NOWHERE = 1;

  private ResumeTranslator() {}

  /**
   * Translates.
   *
   * @param code entered at the place
   * @param stubs the procedure linkage table of its file
   * @param exactCalls of its file, see {@link FileTranslator#exactCalls}, at link-time addresses
   * @param bias load address minus link-time address
   * @param className binary name of the class, which gets a constructor taking the number of the
   *     entry to start from
   */
  public static TranslatedClass translate(
      FunctionCode code,
      List<PltStub> stubs,
      Map<Long, Long> exactCalls,
      long bias,
      Variant variant,
      String className) {
    String name = className.replace('.', '/');
    FileContext file = new FileContext(new ProgramAnalysis(code, exactCalls), stubs, bias, variant);
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
    List<Long> entries =
        new FunctionEmitter(file, function, cw).emitEntered(mv, registers, entry, returnSp);
    mv.visitVarInsn(Opcodes.ALOAD, RegisterLocals.HART);
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC, Names.EXITS, "leaveResumed", "(" + Names.HART_TYPE + ")V", false);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
    cw.visitEnd();
    return TranslatedClass.of(file, className, cw.toByteArray(), entries);
  }

  private static void emitCall(ClassWriter cw, String name) {
    NumberedClass.emitConstructor(cw, name, ENTRY);
    MethodVisitor mv =
        cw.visitMethod(Opcodes.ACC_PUBLIC, "call", "(" + Names.HART_TYPE + ")V", null, null);
    mv.visitCode();
    mv.visitVarInsn(Opcodes.ALOAD, 1);
    Constants.push(mv, NOWHERE);
    mv.visitVarInsn(Opcodes.ALOAD, 1);
    mv.visitFieldInsn(Opcodes.GETFIELD, Names.HART, "x2", "J");
    mv.visitInsn(Opcodes.LCONST_0); // the stack pointer to return with: none is known
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitFieldInsn(Opcodes.GETFIELD, name, ENTRY, "I");
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, name, "run", RUN_DESCRIPTOR, false);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }
}
