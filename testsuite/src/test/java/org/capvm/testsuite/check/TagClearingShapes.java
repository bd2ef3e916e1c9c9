package org.capvm.testsuite.check;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.GeneratorAdapter;
import org.objectweb.asm.commons.Method;

/**
 * Stores into ranges by the rules of code that clears tags, written by hand: into one that was
 * found to hold none, and into one of which only the bounds are known.
 */
final class TagClearingShapes {
  static final String MEMORY = "org/capvm/runtime/memory/TagClearingMemory";
  static final String IN_RANGE = "org/capvm/runtime/memory/TagClearingInRangeMemory";
  static final String ATOMICS = "org/capvm/runtime/interpreter/AtomicInstructions";

  /** The local with the result of the check. */
  static final int BASE = 5;

  private static final Type HART = Type.getObjectType(Shapes.HART);
  private static final Type WINDOW = Type.getType(Shapes.WINDOW_TYPE);
  private static final Type SELF = Type.getObjectType("guest/shapes/Code2");

  private TagClearingShapes() {}

  static byte[] all() {
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    cw.visit(
        Opcodes.V21,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        SELF.getInternalName(),
        null,
        "org/capvm/runtime/hart/GuestFunction",
        null);
    storeInto(cw, "f_none", IN_RANGE, "hostWithoutTags", Shapes.IN_RANGE, "");
    storeInto(cw, "f_any", Shapes.IN_RANGE, "host", IN_RANGE, Shapes.WINDOW_TYPE);
    cw.visitEnd();
    return cw.toByteArray();
  }

  private static void storeInto(
      ClassWriter cw, String name, String checker, String check, String owner, String window) {
    Type number = Type.LONG_TYPE;
    Method function = new Method(name, number, new Type[] {HART, number, number});
    GeneratorAdapter g =
        new GeneratorAdapter(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, function, null, null, cw);
    Label slow = g.newLabel();
    pushWindow(g);
    g.loadArg(1);
    g.push(16L);
    g.invokeStatic(
        Type.getObjectType(checker),
        new Method(check, number, new Type[] {WINDOW, number, number}));
    g.visitVarInsn(Opcodes.LSTORE, BASE);
    g.visitVarInsn(Opcodes.LLOAD, BASE);
    g.push(0L);
    g.ifCmp(number, GeneratorAdapter.EQ, slow);
    g.visitVarInsn(Opcodes.LLOAD, BASE);
    g.push(8L);
    g.loadArg(2);
    if (!window.isEmpty()) {
      pushWindow(g);
    }
    g.visitMethodInsn(Opcodes.INVOKESTATIC, owner, "storeLong", "(JJJ" + window + ")V", false);
    g.mark(slow);
    g.push(0L);
    g.returnValue();
    g.endMethod();
  }

  private static void pushWindow(GeneratorAdapter g) {
    g.loadArg(0);
    g.getField(HART, "window", WINDOW);
  }
}
