package org.capvm.translator.check;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;

/** How many slots instructions take from the JVM stack and put there. */
final class SlotCounts {
  private SlotCounts() {}

  /**
   * Of an instruction that computes something, or ends a method: two digits, what it takes and what
   * it puts there.
   */
  static int of(AbstractInsnNode i) {
    return switch (i.getOpcode()) {
      case NOP, RETURN -> 0;
      case FLOAD, ALOAD, FCONST_0, FCONST_1, FCONST_2 -> 1;
      case DLOAD, DCONST_0, DCONST_1 -> 2;
      case IRETURN, FRETURN, ATHROW -> 10;
      case INEG, FNEG, I2F, F2I, I2B, I2C, I2S -> 11;
      case I2D, F2L, F2D -> 12;
      case LRETURN, DRETURN -> 20;
      case L2I, L2F, D2I, D2F -> 21;
      case LNEG, DNEG, L2D, D2L -> 22;
      case ISUB, ISHL, ISHR, IUSHR, IAND, IOR, IXOR -> 21;
      case FADD, FSUB, FMUL, FDIV, FCMPL, FCMPG -> 21;
      case LSHL, LSHR, LUSHR -> 32;
      case DCMPL, DCMPG -> 41;
      case LSUB, LAND, LOR, LXOR, DADD, DSUB, DMUL, DDIV -> 42;
      case GETSTATIC -> size(i);
      case GETFIELD -> 10 + size(i);
      case PUTFIELD -> 10 + 10 * size(i);
      default -> throw new IllegalStateException("not computing: " + i.getOpcode());
    };
  }

  private static int size(AbstractInsnNode field) {
    return Type.getType(((FieldInsnNode) field).desc).getSize();
  }
}
