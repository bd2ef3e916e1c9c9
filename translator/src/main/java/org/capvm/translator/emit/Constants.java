package org.capvm.translator.emit;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The shortest bytecode for a constant; methods must stay below 8,000 bytes to be compiled. */
final class Constants {
  private Constants() {}

  static void push(MethodVisitor mv, int value) {
    if (value >= -1 && value <= 5) {
      mv.visitInsn(Opcodes.ICONST_0 + value);
    } else if (value == (byte) value) {
      mv.visitIntInsn(Opcodes.BIPUSH, value);
    } else if (value == (short) value) {
      mv.visitIntInsn(Opcodes.SIPUSH, value);
    } else {
      mv.visitLdcInsn(value);
    }
  }

  static void push(MethodVisitor mv, long value) {
    if (value == 0) {
      mv.visitInsn(Opcodes.LCONST_0);
    } else if (value == 1) {
      mv.visitInsn(Opcodes.LCONST_1);
    } else if (value == (short) value) {
      push(mv, (int) value);
      mv.visitInsn(Opcodes.I2L);
    } else {
      mv.visitLdcInsn(value);
    }
  }
}
