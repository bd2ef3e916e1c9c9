package org.capvm.testsuite.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.capvm.CvmBuilder;
import org.capvm.CvmGroup;
import org.capvm.CvmLibrary;
import org.capvm.CvmProcess;
import org.capvm.GuestBuffer;
import org.capvm.SharedBuffer;
import org.capvm.testsuite.bare.BareProgram;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers between Java and cVMs. */
class SharingTest {
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir private Path folder;

  private CvmProcess start(CvmGroup group, String name, boolean interpreted) throws Exception {
    Path program = BareProgram.build(folder, name + ".c", Use.HYBRID);
    return new CvmBuilder()
        .bare(true)
        .memory(16 << 20)
        .interpreted(interpreted)
        .group(group, name)
        .start(program.toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void javaReadsWhatItWaitedFor(boolean interpreted) throws Exception {
    try (CvmGroup group = new CvmGroup();
        SharedBuffer table = group.share("table", 4096, Set.of(), Set.of("table-writer"));
        CvmProcess writer = start(group, "table-writer", interpreted)) {
      MemorySegment memory = table.memory();
      while ((int) WORD.getVolatile(memory, 0L) == 0) {
        assertTrue(awaitChange(table));
      }
      int sum = 0;
      for (int i = 1; i <= 16; i++) {
        sum += memory.get(ValueLayout.JAVA_INT, 4L * i);
      }
      assertEquals(1496, sum);
      assertEquals("the table is complete\n", new String(writer.output().readAllBytes(), UTF_8));
      assertEquals(0, writer.waitFor());
    }
  }

  private static boolean awaitChange(SharedBuffer table) throws InterruptedException {
    return table.await(0, 0, LONG);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cvmsReadWhatJavaWrites(boolean interpreted) throws Exception {
    try (CvmGroup group = new CvmGroup();
        SharedBuffer table = group.share("table", 4096, Set.of("table-reader"), Set.of());
        CvmProcess reader = start(group, "table-reader", interpreted)) {
      MemorySegment memory = table.memory();
      for (int i = 1; i <= 16; i++) {
        memory.set(ValueLayout.JAVA_INT, 4L * i, i * i);
      }
      WORD.setVolatile(memory, 0L, 1);
      table.wake(0, Integer.MAX_VALUE);
      assertEquals(
          "the squares up to 16 are 1496 together\n",
          new String(reader.output().readAllBytes(), UTF_8));
      // It ends by its attempt to write.
      assertEquals(128 + 11, reader.waitFor());
      assertEquals(1, (int) WORD.getVolatile(memory, 0L));
    }
  }

  @Test
  void linuxProgramsSeeBuffersAsFiles() throws Exception {
    String script = "io.write(io.open('/dev/cvm/files/text'):read(5))";
    try (CvmGroup group = new CvmGroup();
        SharedBuffer text = group.share("text", 4096, Set.of("lua"), Set.of())) {
      text.memory().setString(0, "hello");
      CvmBuilder builder = new CvmBuilder().root(DebianRoot.path());
      try (CvmProcess lua = builder.group(group, "lua").start("/usr/bin/lua5.4", "-e", script)) {
        assertEquals("hello", new String(lua.output().readAllBytes(), UTF_8));
        assertEquals(0, lua.waitFor());
      }
      try (CvmProcess other = builder.group(group, "mua").start("/usr/bin/lua5.4", "-e", script)) {
        assertEquals(1, other.waitFor());
      }
    }
  }

  @Test
  void librariesSeeBuffersAsFiles() throws Exception {
    try (CvmGroup group = new CvmGroup();
        SharedBuffer numbers = group.share("numbers", 8, Set.of(), Set.of("libc"));
        CvmLibrary libc =
            new CvmBuilder().root(DebianRoot.path()).group(group, "libc").load("libc.so.6");
        GuestBuffer name = libc.copyOf("/dev/cvm/files/numbers");
        GuestBuffer bytes = libc.copyOf("12345678".getBytes(UTF_8))) {
      int descriptor = libc.call("open", name, 2).asInt();
      assertEquals(8, libc.call("write", descriptor, bytes, 8).asLong());
      assertEquals("12345678", new String(numbers.memory().toArray(ValueLayout.JAVA_BYTE), UTF_8));
    }
  }

  @Test
  void whoIsNotOnTheListOpensNothing() throws Exception {
    try (CvmGroup group = new CvmGroup();
        SharedBuffer table = group.share("table", 4096, Set.of("somebody"), Set.of());
        CvmProcess reader = start(group, "table-reader", true)) {
      // Its attempt to read fails, and it says so.
      assertEquals("check 2\n", new String(reader.output().readAllBytes(), UTF_8));
      assertEquals(128 + 5, reader.waitFor());
      assertEquals(4096, table.size());
    }
  }

  @Test
  void whatIsTakenBackIsGone() throws Exception {
    try (CvmGroup group = new CvmGroup();
        SharedBuffer table = group.share("table", 4096, Set.of("table-reader"), Set.of());
        CvmProcess reader = start(group, "table-reader", true)) {
      reader.waitFor(Duration.ofMillis(300));
      table.revoke("table-reader");
      WORD.setVolatile(table.memory(), 0L, 1);
      table.wake(0, Integer.MAX_VALUE);
      // It has not opened it yet, faults, or sees zeroes for ever.
      reader.waitFor(Duration.ofMillis(300));
      reader.kill();
      assertFalse(new String(reader.output().readAllBytes(), UTF_8).contains("1496"));
    }
  }

  @Test
  void aClosedBufferThrows() throws Exception {
    try (CvmGroup group = new CvmGroup()) {
      SharedBuffer table = group.share("table", 100);
      assertEquals(100, table.memory().byteSize());
      assertFalse(table.await(0, 0, Duration.ofMillis(1)));
      assertTrue(table.await(0, 1, LONG), "it has another value");
      assertThrows(IllegalArgumentException.class, () -> table.await(98, 0, LONG));
      assertThrows(IllegalArgumentException.class, () -> table.wake(3, 1));
      assertThrows(IllegalArgumentException.class, () -> group.share("table", 1));
      assertThrows(IllegalArgumentException.class, () -> group.share("a b", 1));
      assertThrows(IllegalArgumentException.class, () -> group.share("empty", 0));
      MemorySegment memory = table.memory();
      table.close();
      assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
      assertThrows(IllegalStateException.class, () -> table.await(0, 0, LONG));
      group.share("table", 1).close();
    }
  }

  @Test
  void aWaitIsInterrupted() throws Exception {
    try (CvmGroup group = new CvmGroup();
        SharedBuffer table = group.share("table", 4)) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> table.await(0, 0, LONG));
      assertFalse(Thread.interrupted());
    }
  }

  @Test
  void limitsHold() throws Exception {
    CvmBuilder builder = new CvmBuilder().root(DebianRoot.path()).limit("cpu", 1);
    try (CvmProcess endless = builder.start("/usr/bin/lua5.4", "-e", "while true do end")) {
      assertEquals(152, endless.waitFor());
    }
    assertThrows(IllegalArgumentException.class, () -> builder.limit("patience", 1));
    assertThrows(IllegalArgumentException.class, () -> builder.limit("nproc", 0));
  }
}
