package org.capvm.testsuite.check;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.GeneratorAdapter;
import org.objectweb.asm.commons.Method;

/**
 * The ways in which the translator uses range checks today, written by hand, with ranges that end
 * where the last access does: a frame, an access that asks for page permissions, a chunk of a loop.
 */
final class EmittedShapes {
  static final String ACCESS_CHECK = "org/capvm/runtime/memory/AccessCheck";
  static final String STACK = "org/capvm/runtime/hart/GuestStack";
  static final int CHUNK = 256;
  static final int BELOW = 48;
  static final int ABOVE = 16;

  /** Parameters: an address, a number. */
  static final int ADDRESS = 1;

  static final int NUMBER = 3;

  static final int BASE = 5;
  static final int STORE_BASE = 7;
  static final int COUNTER = 9;

  private static final Type HART = Type.getObjectType(Shapes.HART);
  private static final Type WINDOW = Type.getType(Shapes.WINDOW_TYPE);
  private static final Type IN_RANGE = Type.getObjectType(Shapes.IN_RANGE);
  private static final Type SELF = Type.getObjectType("guest/shapes/Code1");

  private final GeneratorAdapter g;

  private EmittedShapes(ClassWriter cw, String name) {
    int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
    g = new GeneratorAdapter(access, function(name), null, null, cw);
  }

  private static Method function(String name) {
    return new Method(name, Type.LONG_TYPE, new Type[] {HART, Type.LONG_TYPE, Type.LONG_TYPE});
  }

  /** A class with a method of each shape. */
  static byte[] all() {
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    cw.visit(
        Opcodes.V21,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        SELF.getInternalName(),
        null,
        "org/capvm/runtime/hart/GuestFunction",
        null);
    new EmittedShapes(cw, "f_frame").frame();
    new EmittedShapes(cw, "f_pages").pages();
    new EmittedShapes(cw, "f_chunk").chunk(8, 16, (CHUNK - 1) * 8 + 16 + 8);
    new EmittedShapes(cw, "f_down").chunk(-8, (CHUNK - 1) * 8, CHUNK * 8);
    new EmittedShapes(cw, "f_switch").cases();
    cw.visitEnd();
    return cw.toByteArray();
  }

  private void end(Label slow) {
    g.mark(slow);
    g.push(0L);
    g.returnValue();
    g.endMethod();
  }

  private void load(int local, Type type) {
    g.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
  }

  private void store(int local, Type type) {
    g.visitVarInsn(type.getOpcode(Opcodes.ISTORE), local);
  }

  private void pushWindow() {
    g.loadArg(0);
    g.getField(HART, "window", WINDOW);
  }

  private void testBase(int base, Label isNull) {
    store(base, Type.LONG_TYPE);
    load(base, Type.LONG_TYPE);
    g.push(0L);
    g.ifCmp(Type.LONG_TYPE, GeneratorAdapter.EQ, isNull);
  }

  private void call(String owner, String method) {
    g.invokeStatic(Type.getObjectType(owner), Method.getMethod(method));
  }

  private void access(String descriptor) {
    g.invokeStatic(IN_RANGE, Method.getMethod(descriptor));
  }

  /** One check, accesses on both sides of sp, also after a call. */
  private void frame() {
    Label slow = g.newLabel();
    g.loadArg(0);
    load(ADDRESS, Type.LONG_TYPE);
    g.push(BELOW);
    g.push(ABOVE);
    g.invokeStatic(
        Type.getObjectType(STACK),
        new Method(
            "frame",
            Type.LONG_TYPE,
            new Type[] {HART, Type.LONG_TYPE, Type.INT_TYPE, Type.INT_TYPE}));
    testBase(BASE, slow);
    load(BASE, Type.LONG_TYPE);
    g.push((long) -BELOW);
    load(NUMBER, Type.LONG_TYPE);
    access("void storeLong(long, long, long)");
    g.loadArg(0);
    load(ADDRESS, Type.LONG_TYPE);
    load(NUMBER, Type.LONG_TYPE);
    g.invokeStatic(SELF, function("f_chunk"));
    store(NUMBER, Type.LONG_TYPE);
    load(BASE, Type.LONG_TYPE);
    g.push((long) ABOVE - 8);
    access("long loadLong(long, long)");
    g.returnValue();
    end(slow);
  }

  /** Each access asks for itself. */
  private void pages() {
    Label slow = g.newLabel();
    checkPage("load", 4, slow);
    load(BASE, Type.LONG_TYPE);
    g.push(0L);
    access("int loadInt(long, long)");
    g.cast(Type.INT_TYPE, Type.LONG_TYPE);
    store(NUMBER, Type.LONG_TYPE);
    checkPage("store", 8, slow);
    load(BASE, Type.LONG_TYPE);
    g.push(0L);
    load(NUMBER, Type.LONG_TYPE);
    call("java/lang/Double", "double longBitsToDouble(long)");
    access("void storeDouble(long, long, double)");
    load(NUMBER, Type.LONG_TYPE);
    g.returnValue();
    end(slow);
  }

  private void checkPage(String name, int size, Label slow) {
    pushWindow();
    load(ADDRESS, Type.LONG_TYPE);
    g.push(size);
    g.invokeStatic(
        Type.getObjectType(ACCESS_CHECK),
        new Method(name, Type.LONG_TYPE, new Type[] {WINDOW, Type.LONG_TYPE, Type.INT_TYPE}));
    testBase(BASE, slow);
  }

  private void checkRange(int base, long length, Label checked) {
    pushWindow();
    load(ADDRESS, Type.LONG_TYPE);
    g.push(length);
    g.invokeStatic(
        IN_RANGE,
        new Method("host", Type.LONG_TYPE, new Type[] {WINDOW, Type.LONG_TYPE, Type.LONG_TYPE}));
    testBase(base, checked);
  }

  /** A loop that reads bytes, and stores longs at {@code i * stride + offset}. */
  private void chunk(long stride, long offset, long length) {
    Label head = g.mark();
    Label checked = g.newLabel();
    g.loadArg(0);
    g.invokeStatic(HART, new Method("pollRequested", Type.BOOLEAN_TYPE, new Type[] {HART}));
    g.ifZCmp(GeneratorAdapter.NE, checked);
    checkRange(BASE, CHUNK, checked);
    checkRange(STORE_BASE, length, checked);
    g.push(0);
    store(COUNTER, Type.INT_TYPE);
    Label again = g.mark();
    load(BASE, Type.LONG_TYPE);
    pushCounter();
    access("int loadUnsignedByte(long, long)");
    g.cast(Type.INT_TYPE, Type.LONG_TYPE);
    store(NUMBER, Type.LONG_TYPE);
    load(STORE_BASE, Type.LONG_TYPE);
    pushCounter();
    g.push(stride);
    g.math(GeneratorAdapter.MUL, Type.LONG_TYPE);
    g.push(offset);
    g.math(GeneratorAdapter.ADD, Type.LONG_TYPE);
    load(NUMBER, Type.LONG_TYPE);
    access("void storeLong(long, long, long)");
    load(NUMBER, Type.LONG_TYPE);
    g.push(0L);
    Label latch = g.newLabel();
    g.ifCmp(Type.LONG_TYPE, GeneratorAdapter.NE, latch);
    g.push(0L);
    g.returnValue();
    g.mark(latch);
    g.visitIincInsn(COUNTER, 1);
    load(COUNTER, Type.INT_TYPE);
    g.push(CHUNK);
    g.ifICmp(GeneratorAdapter.GE, head);
    g.goTo(again);
    end(checked);
  }

  private void pushCounter() {
    load(COUNTER, Type.INT_TYPE);
    g.cast(Type.INT_TYPE, Type.LONG_TYPE);
  }

  /** A switch whose cases share one check. */
  private void cases() {
    Label slow = g.newLabel();
    checkRange(BASE, 16, slow);
    Label[] labels = {g.newLabel(), g.newLabel(), g.newLabel()};
    load(NUMBER, Type.LONG_TYPE);
    g.cast(Type.LONG_TYPE, Type.INT_TYPE);
    g.visitTableSwitchInsn(0, labels.length - 1, slow, labels);
    for (int k = 0; k < labels.length; k++) {
      g.mark(labels[k]);
      load(BASE, Type.LONG_TYPE);
      g.push(4L * k);
      access("long loadLong(long, long)");
      g.returnValue();
    }
    end(slow);
  }
}
