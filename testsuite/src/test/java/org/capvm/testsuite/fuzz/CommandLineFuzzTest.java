package org.capvm.testsuite.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.capvm.testsuite.jvm.WorkerJvm;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random command lines: each ends with a documented exit status and, when it fails, with one clear
 * message; wrong usage also says where help is.
 *
 * <p>{@code -Dcapvm.commands.count=N} tries N, {@code -Dcapvm.commands.first=NUMBER} begins with
 * another one than 0.
 */
@Tag("slow")
class CommandLineFuzzTest {
  private static final Path FOLDER = Path.of("target/fuzz/commands").toAbsolutePath();

  /** Random words are also names of files to write. */
  private static final Path WORKING = FOLDER.resolve("working");

  private static final Path HELLO =
      Path.of("../intravisor/src/main/training/hello").toAbsolutePath();
  private static final long FIRST = Long.getLong("capvm.commands.first", 0);
  private static final int COUNT = SuiteSize.number("capvm.commands.count", 1_000, 4_000, 200_000);
  private static final int SECONDS = 300 + COUNT / 10;

  @Test
  void commandLines() {
    WorkerJvm jvm = new WorkerJvm(CommandLineWorker.class, FOLDER, WORKING, SECONDS);
    int status = jvm.run(Long.toString(FIRST), Integer.toString(COUNT), HELLO.toString());
    System.out.printf("command lines %d to %d%n%s", FIRST, FIRST + COUNT - 1, jvm.left("report"));
    assertEquals(
        0, status, () -> "case " + jvm.left("case") + jvm.left("hang") + jvm.left("errors"));
  }
}
