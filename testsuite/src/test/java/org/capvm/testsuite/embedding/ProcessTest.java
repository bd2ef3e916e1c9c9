package org.capvm.testsuite.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.capvm.CvmBuilder;
import org.capvm.CvmProcess;
import org.capvm.CvmStartException;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in cVMs that Java starts, feeds, reads and ends. */
class ProcessTest {
  private static CvmBuilder builder() {
    return new CvmBuilder().root(DebianRoot.path());
  }

  @Test
  void outputErrorsAndStatusAreSeparate() throws Exception {
    String script = "print(6 * 7, os.getenv('NAME')) io.stderr:write('careful') os.exit(3)";
    try (CvmProcess lua =
        builder().environment("NAME", "value").start("/usr/bin/lua5.4", "-e", script)) {
      assertEquals("42\tvalue\n", new String(lua.output().readAllBytes(), UTF_8));
      assertEquals("careful", new String(lua.errors().readAllBytes(), UTF_8));
      assertEquals(3, lua.waitFor());
      assertFalse(lua.isAlive());
      assertEquals(3, lua.onExit().get());
    }
  }

  @Test
  void inputReachesTheProgramAndEnds() throws Exception {
    try (CvmProcess sort = builder().start("/usr/bin/sort")) {
      try (OutputStream input = sort.input()) {
        input.write("b\nc\na\n".getBytes(UTF_8));
      }
      assertEquals("a\nb\nc\n", new String(sort.output().readAllBytes(), UTF_8));
      assertEquals(0, sort.waitFor());
    }
  }

  @Test
  void volumesAreSeen(@TempDir Path folder) throws Exception {
    try (CvmProcess shell =
        builder()
            .volume(folder, "/work", true)
            .workingFolder("/work")
            .start("/usr/bin/lua5.4", "-e", "io.open('made', 'w'):write('by a guest')")) {
      assertEquals(0, shell.waitFor());
    }
    assertTrue(folder.resolve("made").toFile().isFile());
  }

  @Test
  void endlessProgramsAreEnded() throws Exception {
    try (CvmProcess endless = builder().start("/usr/bin/lua5.4", "-e", "while true do end")) {
      assertFalse(endless.waitFor(Duration.ofMillis(10)));
      assertTrue(endless.isAlive());
      endless.terminate();
      assertEquals(128 + 15, endless.waitFor());
    }
    try (CvmProcess endless = builder().start("/usr/bin/lua5.4", "-e", "while true do end")) {
      endless.kill();
      assertEquals(128 + 9, endless.waitFor());
    }
    try (CvmProcess limited =
        builder()
            .timeLimit(Duration.ofMillis(300))
            .start("/usr/bin/lua5.4", "-e", "while true do end")) {
      assertEquals(124, limited.waitFor());
    }
    CvmProcess closed = builder().start("/usr/bin/lua5.4", "-e", "while true do end");
    closed.close();
    assertEquals(128 + 9, closed.onExit().get());
  }

  @Test
  void aProgramThatCannotBeStartedHasAMessage() {
    CvmStartException e =
        assertThrows(CvmStartException.class, () -> builder().start("/usr/bin/absent"));
    assertTrue(e.getMessage().contains("/usr/bin/absent"), e.getMessage());
  }
}
