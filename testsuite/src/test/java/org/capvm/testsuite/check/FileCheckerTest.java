package org.capvm.testsuite.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.capvm.translator.check.FileChecker;
import org.capvm.translator.check.RejectedClassException;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Classes that would pass one by one, and may not be a file together. */
class FileCheckerTest {
  private static final String FUNCTION = "org/capvm/runtime/hart/GuestFunction";
  private static final String DESCRIPTOR = "(L" + Shapes.HART + ";)V";

  /** A class with a static method {@code f_1} that calls a method of a class. */
  private static byte[] calling(String name, String owner, String called) {
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER;
    cw.visit(Opcodes.V21, access, name, null, FUNCTION, null);
    MethodVisitor mv = cw.visitMethod(Opcodes.ACC_STATIC, "f_1", DESCRIPTOR, null, null);
    mv.visitCode();
    mv.visitVarInsn(Opcodes.ALOAD, 0);
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, owner, called, DESCRIPTOR, false);
    mv.visitInsn(Opcodes.RETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
    return cw.toByteArray();
  }

  private static void check(Map<String, byte[]> classes, String... entered)
      throws RejectedClassException {
    FileChecker.check(classes.keySet(), List.of(entered), classes::get, false);
  }

  private static void rejects(String message, Map<String, byte[]> classes, String... entered) {
    RejectedClassException e =
        assertThrows(RejectedClassException.class, () -> check(classes, entered));
    assertEquals(message, e.getMessage());
  }

  private static byte[] right() {
    return calling("guest/x/A", "guest/x/B", "f_1");
  }

  @Test
  void classesCallEachOther() throws RejectedClassException {
    byte[] other = calling("guest/x/B", "guest/x/A", "f_1");
    check(Map.of("guest.x.A", right(), "guest.x.B", other), "guest.x.A");
  }

  @Test
  void aStaticMethodThatAnotherClassInherits() {
    byte[] caller = calling("guest/x/B", "guest/x/A", "finishTailCalls");
    rejects(
        "guest/x/A: lacks finishTailCalls" + DESCRIPTOR,
        Map.of("guest.x.A", right(), "guest.x.B", caller));
  }

  @Test
  void aClassThatIsNotThere() {
    rejects("guest/x/B: lacks f_1" + DESCRIPTOR, Map.of("guest.x.A", right()));
  }

  @Test
  void aClassOfAnotherName() {
    rejects("guest.x.C: is guest/x/A", Map.of("guest.x.C", right()));
  }

  @Test
  void anEntryIntoAClassOfSomebodyElse() {
    byte[] other = calling("guest/x/B", "guest/x/A", "f_1");
    rejects(
        "java.util.ArrayList: is entered, but not in the file",
        Map.of("guest.x.A", right(), "guest.x.B", other),
        "java.util.ArrayList");
  }
}
