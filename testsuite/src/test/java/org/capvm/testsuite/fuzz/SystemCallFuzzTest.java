package org.capvm.testsuite.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.jvm.WorkerJvm;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A guest whose processes make a thousand random system calls each: none hurts anybody else, none
 * leaves descriptors, threads or memory behind.
 *
 * <p>{@code -Dcapvm.calls.processes=N} makes N times a thousand calls, {@code
 * -Dcapvm.calls.first=SEED} begins with another seed than 1.
 */
@Tag("slow")
class SystemCallFuzzTest {
  private static final Path FOLDER = Path.of("target/fuzz/calls").toAbsolutePath();
  private static final long FIRST = Long.getLong("capvm.calls.first", 1);
  private static final int PROCESSES = SuiteSize.number("capvm.calls.processes", 10, 1_000, 3_000);

  /** 0.05 s a process where nothing else runs; one that waits for ever is ended after 3 s. */
  private static final int SECONDS = 300 + PROCESSES;

  @Test
  void randomCallsLeaveNothingBehind() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    String program = FOLDER.resolve("random-calls").toString();
    String source = "src/test/guest/random-calls.c";
    new Command(List.of("riscv64-linux-gnu-gcc", "-O2", "-static", "-o", program, source))
        .succeed();
    WorkerJvm jvm = new WorkerJvm(SystemCallWorker.class, FOLDER, SECONDS);
    int status = jvm.run(program, Long.toString(FIRST), Integer.toString(PROCESSES));
    System.out.printf(
        "%,d calls, seeds %d to %d%n%s",
        PROCESSES * 1000, FIRST, FIRST + PROCESSES - 1, jvm.left("report"));
    assertEquals(0, status, () -> jvm.left("report") + jvm.left("errors"));
  }
}
