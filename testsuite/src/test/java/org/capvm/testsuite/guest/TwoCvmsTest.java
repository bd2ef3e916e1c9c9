package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.jvm.WorkerJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two cVMs of one JVM run the same classes while both go through the depths of their stacks: a
 * stack overflow in a class's initialiser or in shared state of the runtime would end both.
 */
@Tag("slow")
class TwoCvmsTest {
  private static final Path FOLDER = Path.of("target/two-cvms").toAbsolutePath();
  private static final Path SOURCE = GuestSource.FOLDER.resolve("deep-calls.c");
  private static final int SECONDS = 600;

  @Test
  void deepStacksHarmNobody() throws Exception {
    String program =
        CrossCompiler.build(new GuestSource(SOURCE, Files.readString(SOURCE))).toString();
    WorkerJvm jvm = new WorkerJvm(TwoCvmsWorker.class, FOLDER, SECONDS);
    assertEquals(0, jvm.run(program, program), () -> jvm.left("errors"));
    assertEquals(
        List.of("returned, wrong 0", "returned, wrong 0"), jvm.left("output").lines().toList());
  }
}
