package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cVMs of a configuration that share a buffer. */
class SharedTableTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"translated", "interpreter"})
  void oneWritesWhatTheOtherReads(String engine) throws Exception {
    Path writer = BareProgram.build(folder, "table-writer.c", Use.HYBRID);
    Path reader = BareProgram.build(folder, "table-reader.c", Use.HYBRID);
    Path file =
        Files.writeString(
            folder.resolve("table.yaml"),
            """
            cVMs:
              - {name: reader, program: %s, kernel: none, memory: 16M, engine: %s}
              - {name: writer, program: %s, kernel: none, memory: 16M, engine: %s}
            ---
            capfiles:
              - {name: table, size: 0x1000, readers: [reader], writers: [writer]}
            """
                .formatted(reader, engine, writer, engine));
    Outcome outcome = Capvm.command("up", file.toString()).run();
    // The reader ends by its attempt to write, and only the reader.
    assertEquals(
        List.of(
            "reader | the squares up to 16 are 1496 together", "writer | the table is complete"),
        outcome.outputText().lines().sorted().toList(),
        outcome.errorText());
    assertTrue(outcome.errorText().contains("reader | ended with status 139"), outcome.errorText());
    assertTrue(outcome.errorText().contains("writer | ended with status 0"), outcome.errorText());
  }

  @Test
  void aWaitEndsWithItsCvm() throws Exception {
    Path program = BareProgram.build(folder, "waits-for-ever.c", Use.HYBRID);
    Outcome outcome =
        Capvm.run(
                Capvm.Engine.INTERPRETER,
                List.of("--kernel", "none", "--memory", "16M", "--time-limit", "2"),
                List.of(program.toString()))
            .run();
    assertEquals(124, outcome.status(), outcome.errorText());
  }
}
