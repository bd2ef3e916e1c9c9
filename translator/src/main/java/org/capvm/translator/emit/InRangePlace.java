package org.capvm.translator.emit;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Where in a range that was checked an access goes: byte {@code offset + i * stride}, i being the
 * iteration of the loop.
 *
 * @param base the local with the host address of the range
 * @param offset in bytes
 * @param stride in bytes; 0 for an access at a fixed place
 * @param counter the int local with i, if there is a stride
 * @param tagFree whether the check also found that the range holds no tags
 */
record InRangePlace(int base, long offset, long stride, int counter, boolean tagFree) {
  /** A place at a constant offset in a range that may hold tags. */
  static InRangePlace at(int base, long offset) {
    return new InRangePlace(base, offset, 0, 0, false);
  }

  /** Pushes the base and the offset from it, as the accessors take them. */
  void push(MethodVisitor mv) {
    mv.visitVarInsn(Opcodes.LLOAD, base);
    if (stride == 0) {
      Constants.push(mv, offset);
      return;
    }
    mv.visitVarInsn(Opcodes.ILOAD, counter);
    mv.visitInsn(Opcodes.I2L);
    if (stride != 1) {
      Constants.push(mv, stride);
      mv.visitInsn(Opcodes.LMUL);
    }
    if (offset != 0) {
      Constants.push(mv, offset);
      mv.visitInsn(Opcodes.LADD);
    }
  }
}
