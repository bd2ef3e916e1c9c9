package org.capvm.translator.emit;

import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What generated subclasses of {@code GuestFunction} have in common: an instance is a number. */
final class NumberedClass {
  private NumberedClass() {}

  /**
   * Emits the field for the number and the constructor that takes it.
   *
   * @param owner internal name of the class
   * @param field its int field
   */
  static void emitConstructor(ClassVisitor cv, String owner, String field) {
    cv.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, field, "I", null, null).visitEnd();
    MethodVisitor mv = cv.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "(I)V", null, null);
    mv.visitCode();
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitMethodInsn(Opcodes.INVOKESPECIAL, Names.FUNCTION, "<init>", "()V", false);
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitVarInsn(Opcodes.ILOAD, 1);
    mv.visitFieldInsn(Opcodes.PUTFIELD, owner, field, "I");
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }
}
