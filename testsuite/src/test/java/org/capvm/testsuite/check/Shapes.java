package org.capvm.testsuite.check;

import java.util.function.Consumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Accesses that rest on an earlier range check, in the ways that are allowed: written by hand, so
 * that the checker is held to its rule and not to what the emitter makes today.
 */
final class Shapes {
  static final String HART = "org/capvm/runtime/hart/Hart";
  static final String WINDOW_TYPE = "Lorg/capvm/runtime/memory/Window;";
  static final String IN_RANGE = "org/capvm/runtime/memory/InRangeMemory";
  private static final String FUNCTION = "org/capvm/runtime/hart/GuestFunction";
  private static final int SP = 3;
  static final int BASE = 5;
  static final int COUNTER = 7;
  private static final int RANGE = 64;

  private Shapes() {}

  /** A class with a method of each shape. */
  static byte[] all() {
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    cw.visit(
        Opcodes.V21,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        "guest/shapes/Code0",
        null,
        FUNCTION,
        null);
    method(cw, "f_frame", Shapes::frame);
    method(cw, "f_copies", Shapes::copies);
    method(cw, "f_up", Shapes::countsUp);
    method(cw, "f_down", Shapes::countsDown);
    method(cw, "f_last", Shapes::testsLast);
    method(cw, "f_index", Shapes::index);
    cw.visitEnd();
    return cw.toByteArray();
  }

  private static void method(ClassWriter cw, String name, Consumer<MethodVisitor> body) {
    MethodVisitor mv =
        cw.visitMethod(
            Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, name, "(L" + HART + ";JJ)J", null, null);
    mv.visitCode();
    body.accept(mv);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
  }

  private static void check(MethodVisitor mv, long bytes) {
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitFieldInsn(Opcodes.GETFIELD, HART, "window", WINDOW_TYPE);
    mv.visitVarInsn(Opcodes.LLOAD, SP);
    mv.visitLdcInsn(bytes);
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, IN_RANGE, "host", "(" + WINDOW_TYPE + "JJ)J", false);
  }

  private static void test(MethodVisitor mv, int jump, Label target) {
    mv.visitVarInsn(Opcodes.LLOAD, BASE);
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(jump, target);
  }

  private static void load(MethodVisitor mv, long offset, String type, String descriptor) {
    mv.visitVarInsn(Opcodes.LLOAD, BASE);
    mv.visitLdcInsn(offset);
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, IN_RANGE, "load" + type, descriptor, false);
  }

  private static void returnNothing(MethodVisitor mv, Label slow) {
    mv.visitLabel(slow);
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LRETURN);
  }

  /** A frame: one check, accesses of every width up to its last byte. */
  private static void frame(MethodVisitor mv) {
    Label slow = new Label();
    check(mv, RANGE);
    mv.visitVarInsn(Opcodes.LSTORE, BASE);
    test(mv, Opcodes.IFEQ, slow);
    mv.visitVarInsn(Opcodes.LLOAD, BASE);
    mv.visitLdcInsn(RANGE - 8L);
    mv.visitVarInsn(Opcodes.LLOAD, 1);
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, IN_RANGE, "storeLong", "(JJJ)V", false);
    load(mv, RANGE - 1L, "Byte", "(JJ)B");
    mv.visitInsn(Opcodes.POP);
    load(mv, RANGE - 2L, "Short", "(JJ)S");
    mv.visitInsn(Opcodes.POP);
    load(mv, RANGE - 4L, "Int", "(JJ)I");
    mv.visitInsn(Opcodes.POP);
    load(mv, 0, "Long", "(JJ)J");
    mv.visitInsn(Opcodes.LRETURN);
    returnNothing(mv, slow);
  }

  /** The test right behind the check, on a copy of its result. */
  private static void copies(MethodVisitor mv) {
    Label fast = new Label();
    check(mv, RANGE);
    mv.visitInsn(Opcodes.DUP2);
    mv.visitVarInsn(Opcodes.LSTORE, BASE);
    mv.visitInsn(Opcodes.LCONST_0);
    mv.visitInsn(Opcodes.LCMP);
    mv.visitJumpInsn(Opcodes.IFNE, fast);
    returnNothing(mv, new Label());
    mv.visitLabel(fast);
    load(mv, RANGE - 8L, "Long", "(JJ)J");
    mv.visitInsn(Opcodes.LRETURN);
  }

  /** {@code for (i = 0; i < 8; i++) base[8 * i]}. */
  private static void countsUp(MethodVisitor mv) {
    Label slow = new Label();
    Label loop = new Label();
    check(mv, RANGE);
    mv.visitVarInsn(Opcodes.LSTORE, BASE);
    test(mv, Opcodes.IFEQ, slow);
    mv.visitInsn(Opcodes.ICONST_0);
    mv.visitVarInsn(Opcodes.ISTORE, COUNTER);
    mv.visitLabel(loop);
    mv.visitVarInsn(Opcodes.ILOAD, COUNTER);
    mv.visitIntInsn(Opcodes.BIPUSH, RANGE / 8);
    mv.visitJumpInsn(Opcodes.IF_ICMPGE, slow);
    scaledLoad(mv, 8);
    mv.visitIincInsn(COUNTER, 1);
    mv.visitJumpInsn(Opcodes.GOTO, loop);
    returnNothing(mv, slow);
  }

  private static void scaledLoad(MethodVisitor mv, long scale) {
    mv.visitVarInsn(Opcodes.LLOAD, BASE);
    mv.visitVarInsn(Opcodes.ILOAD, COUNTER);
    mv.visitInsn(Opcodes.I2L);
    mv.visitLdcInsn(scale);
    mv.visitInsn(Opcodes.LMUL);
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, IN_RANGE, "loadLong", "(JJ)J", false);
    mv.visitInsn(Opcodes.POP2);
  }

  /** {@code for (i = 7; i >= 0; i--) base[8 * i]}. */
  private static void countsDown(MethodVisitor mv) {
    Label slow = new Label();
    Label loop = new Label();
    check(mv, RANGE);
    mv.visitVarInsn(Opcodes.LSTORE, BASE);
    test(mv, Opcodes.IFEQ, slow);
    mv.visitIntInsn(Opcodes.BIPUSH, RANGE / 8 - 1);
    mv.visitVarInsn(Opcodes.ISTORE, COUNTER);
    mv.visitLabel(loop);
    mv.visitVarInsn(Opcodes.ILOAD, COUNTER);
    mv.visitJumpInsn(Opcodes.IFLT, slow);
    scaledLoad(mv, 8);
    mv.visitIincInsn(COUNTER, -1);
    mv.visitJumpInsn(Opcodes.GOTO, loop);
    returnNothing(mv, slow);
  }

  /** {@code i = 0; do base[8 * i]; while (++i < 8)}. */
  private static void testsLast(MethodVisitor mv) {
    Label slow = new Label();
    Label loop = new Label();
    check(mv, RANGE);
    mv.visitVarInsn(Opcodes.LSTORE, BASE);
    test(mv, Opcodes.IFEQ, slow);
    mv.visitInsn(Opcodes.ICONST_0);
    mv.visitVarInsn(Opcodes.ISTORE, COUNTER);
    mv.visitLabel(loop);
    scaledLoad(mv, 8);
    mv.visitIincInsn(COUNTER, 1);
    mv.visitVarInsn(Opcodes.ILOAD, COUNTER);
    mv.visitIntInsn(Opcodes.BIPUSH, RANGE / 8);
    mv.visitJumpInsn(Opcodes.IF_ICMPLT, loop);
    returnNothing(mv, slow);
  }

  /** An index of the guest's, compared with what the range has room for. */
  private static void index(MethodVisitor mv) {
    Label slow = new Label();
    check(mv, RANGE);
    mv.visitVarInsn(Opcodes.LSTORE, BASE);
    test(mv, Opcodes.IFEQ, slow);
    mv.visitVarInsn(Opcodes.LLOAD, 1);
    mv.visitLdcInsn(RANGE - 8L);
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Long", "compareUnsigned", "(JJ)I", false);
    mv.visitJumpInsn(Opcodes.IFGT, slow);
    mv.visitVarInsn(Opcodes.LLOAD, BASE);
    mv.visitVarInsn(Opcodes.LLOAD, 1);
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, IN_RANGE, "loadLong", "(JJ)J", false);
    mv.visitInsn(Opcodes.LRETURN);
    returnNothing(mv, slow);
  }
}
