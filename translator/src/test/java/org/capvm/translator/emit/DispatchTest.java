package org.capvm.translator.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.SortedMap;
import java.util.TreeMap;
import org.capvm.runtime.code.LabelTable;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class DispatchTest {
  private static final long BIAS = 0x7000_0000L;

  @Test
  void everyLabelIsFoundAndNothingElse() throws Throwable {
    TreeMap<Long, Integer> labels = new TreeMap<>();
    for (int k = 0; k < 200; k++) {
      labels.put(0x1000L + 2L * k * (k + 1) / 2 * 3, (k * 7) % 200);
    }
    MethodHandle lookup = lookup(labels);
    long last = labels.lastKey();
    for (long address = 0x0ff0; address < last + 0x20; address++) {
      int expected = labels.getOrDefault(address & ~1L, LabelTable.NONE);
      assertEquals(expected, at(lookup, BIAS + address), "at 0x" + Long.toHexString(address));
    }
  }

  @Test
  void addressesFarAwayAreNoLabels() throws Throwable {
    MethodHandle lookup = lookup(new TreeMap<>(java.util.Map.of(0x1000L, 0, 0x1004L, 1)));
    assertEquals(1, at(lookup, BIAS + 0x1004));
    for (int bit = 13; bit < 64; bit++) {
      assertEquals(LabelTable.NONE, at(lookup, (BIAS + 0x1004) ^ 1L << bit), "bit " + bit);
    }
    for (long far : new long[] {0, -1, -2, Long.MIN_VALUE, Long.MAX_VALUE, BIAS, BIAS + 0xffe}) {
      assertEquals(LabelTable.NONE, at(lookup, far));
    }
  }

  @Test
  void numbersOfAnyWidthAreKept() throws Throwable {
    TreeMap<Long, Integer> labels = new TreeMap<>();
    int[] numbers = {0, 0x7d, 0x7e, 0xfd, 0xfe, 0x7fd, 0x7fe, 5000, 40_000, 60_000};
    for (int k = 0; k < numbers.length; k++) {
      labels.put(0x2000L + 6L * k, numbers[k]);
    }
    MethodHandle lookup = lookup(labels);
    labels.forEach((address, number) -> assertEquals(number, at(lookup, BIAS + address)));
  }

  @Test
  void labelsThatAConstantHasNoRoomForStayUnknown() throws Throwable {
    MethodHandle lookup =
        lookup(new TreeMap<>(java.util.Map.of(0x1000L, 3, 0x2000L, 4, 0x1000L + 200_000, 5)));
    assertEquals(4, at(lookup, BIAS + 0x2000));
    assertEquals(LabelTable.NONE, at(lookup, BIAS + 0x1000 + 200_000));
  }

  @Test
  void tablesByIndexAreAsLongAsTheirLastEntry() {
    String table = Dispatch.table(new TreeMap<>(java.util.Map.of(1, 10, 4, 0)));
    assertEquals(5, table.length());
    int[] expected = {-1, 10, -1, -1, 0, -1};
    for (int k = 0; k < expected.length; k++) {
      assertEquals(expected[k], LabelTable.at(k, table));
    }
    assertEquals(LabelTable.NONE, LabelTable.at(-1, table));
    assertEquals(LabelTable.NONE, LabelTable.at(Integer.MAX_VALUE, table));
    assertTrue(table.chars().noneMatch(c -> c == 0), "a zero takes two bytes");
    assertFalse(table.isEmpty());
  }

  private static int at(MethodHandle lookup, long address) {
    try {
      return (int) lookup.invokeExact(address);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Generated code that looks labels up, loaded at the bias. */
  private static MethodHandle lookup(SortedMap<Long, Integer> labels) throws Exception {
    ClassWriter cw = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    cw.visit(
        Opcodes.V21,
        Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        "org/capvm/translator/emit/Lookup",
        null,
        "java/lang/Object",
        null);
    MethodVisitor mv = cw.visitMethod(Opcodes.ACC_STATIC, "lookup", "(J)I", null, null);
    mv.visitCode();
    Dispatch.emitLookup(mv, () -> mv.visitVarInsn(Opcodes.LLOAD, 0), labels, BIAS);
    mv.visitInsn(Opcodes.IRETURN);
    mv.visitMaxs(0, 0);
    mv.visitEnd();
    cw.visitEnd();
    MethodHandles.Lookup defined = MethodHandles.lookup().defineHiddenClass(cw.toByteArray(), true);
    return defined.findStatic(
        defined.lookupClass(), "lookup", MethodType.methodType(int.class, long.class));
  }
}
