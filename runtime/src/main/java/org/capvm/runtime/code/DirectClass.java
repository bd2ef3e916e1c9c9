package org.capvm.runtime.code;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.capvm.runtime.hart.DirectFunction;

/**
 * The class that a function gets for itself once it was called by address often: a {@link
 * DirectFunction} whose methods call two static ones of the class that the function was translated
 * to. Written by hand, because it takes a dozen constants and no frames.
 */
public final class DirectClass {
  /** Name of a function's static method {@code (Hart)V}; its number in its class follows. */
  public static final String GENERAL = "general_";

  /** Name of its static method {@link DirectFunction#DESCRIPTOR}; its number follows. */
  public static final String DIRECT = "direct_";

  private static final String SUPER = DirectFunction.class.getName().replace('.', '/');
  private static final String GENERAL_DESCRIPTOR =
      DirectFunction.DESCRIPTOR.substring(0, DirectFunction.DESCRIPTOR.indexOf(';') + 1) + ")V";

  private static final int CLASS_FILE_VERSION = 65;
  private static final int PUBLIC = 0x0001;
  private static final int FINAL_SUPER = 0x0030;

  private static final int ALOAD_0 = 0x2a;
  private static final int ALOAD_1 = 0x2b;
  private static final int LLOAD = 0x16;
  private static final int LLOAD_2 = 0x20;
  private static final int LRETURN = 0xad;
  private static final int RETURN = 0xb1;
  private static final int INVOKESPECIAL = 0xb7;
  private static final int INVOKESTATIC = 0xb8;

  private final ByteArrayOutputStream pool = new ByteArrayOutputStream();
  private final DataOutputStream constants = new DataOutputStream(pool);
  private int constantCount = 1;

  private DirectClass() {}

  /** Binary name of the class for a function of a translated class. */
  static String name(String translatedClass, int number) {
    return translatedClass + "$" + number;
  }

  /** The class file of {@link #name}. */
  static byte[] of(String translatedClass, int number) {
    try {
      return new DirectClass().write(translatedClass.replace('.', '/'), number);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private byte[] write(String owner, int number) throws IOException {
    int thisClass = classConstant(name(owner, number));
    int superClass = classConstant(SUPER);
    int ownerClass = classConstant(owner);
    int code = utf8("Code");
    ByteArrayOutputStream methods = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(methods);
    writeMethod(
        out, "<init>", "()V", code, 1, ALOAD_0, INVOKESPECIAL, method(superClass, "<init>", "()V"));
    writeMethod(
        out,
        "call",
        GENERAL_DESCRIPTOR,
        code,
        2,
        ALOAD_1,
        INVOKESTATIC,
        method(ownerClass, GENERAL + number, GENERAL_DESCRIPTOR));
    writeDirect(out, code, method(ownerClass, DIRECT + number, DirectFunction.DESCRIPTOR));

    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(file);
    head.writeInt(0xcafebabe);
    head.writeInt(CLASS_FILE_VERSION);
    head.writeShort(constantCount);
    pool.writeTo(head);
    head.writeShort(PUBLIC | FINAL_SUPER);
    head.writeShort(thisClass);
    head.writeShort(superClass);
    head.writeShort(0); // interfaces
    head.writeShort(0); // fields
    head.writeShort(3);
    methods.writeTo(head);
    head.writeShort(0); // attributes
    return file.toByteArray();
  }

  /** A method that pushes one reference, calls another method with it, and returns. */
  private void writeMethod(
      DataOutputStream out,
      String name,
      String descriptor,
      int code,
      int locals,
      int push,
      int invoke,
      int callee)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(push);
    writeInvoke(bytes, invoke, callee);
    bytes.write(RETURN);
    writeCode(out, name, descriptor, code, 1, locals, bytes);
  }

  private void writeDirect(DataOutputStream out, int code, int callee) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(ALOAD_1);
    bytes.write(LLOAD_2);
    int slots = 1 + 2 * (2 + DirectFunction.PARAMETERS);
    for (int local = 4; local <= slots; local += 2) {
      bytes.write(LLOAD);
      bytes.write(local);
    }
    writeInvoke(bytes, INVOKESTATIC, callee);
    bytes.write(LRETURN);
    writeCode(out, "call", DirectFunction.DESCRIPTOR, code, slots, slots + 1, bytes);
  }

  private static void writeInvoke(ByteArrayOutputStream bytes, int invoke, int callee) {
    bytes.write(invoke);
    bytes.write(callee >>> 8);
    bytes.write(callee);
  }

  private void writeCode(
      DataOutputStream out,
      String name,
      String descriptor,
      int code,
      int stack,
      int locals,
      ByteArrayOutputStream bytes)
      throws IOException {
    out.writeShort(PUBLIC);
    out.writeShort(utf8(name));
    out.writeShort(utf8(descriptor));
    out.writeShort(1); // attributes
    out.writeShort(code);
    out.writeInt(12 + bytes.size());
    out.writeShort(stack);
    out.writeShort(locals);
    out.writeInt(bytes.size());
    bytes.writeTo(out);
    out.writeShort(0); // exception handlers
    out.writeShort(0); // attributes
  }

  private int utf8(String text) throws IOException {
    constants.writeByte(1);
    constants.writeUTF(text);
    return constantCount++;
  }

  private int classConstant(String internalName) throws IOException {
    int name = utf8(internalName);
    constants.writeByte(7);
    constants.writeShort(name);
    return constantCount++;
  }

  private int method(int owner, String name, String descriptor) throws IOException {
    int nameIndex = utf8(name);
    int descriptorIndex = utf8(descriptor);
    constants.writeByte(12);
    constants.writeShort(nameIndex);
    constants.writeShort(descriptorIndex);
    int nameAndType = constantCount++;
    constants.writeByte(10);
    constants.writeShort(owner);
    constants.writeShort(nameAndType);
    return constantCount++;
  }
}
