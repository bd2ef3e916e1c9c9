package org.capvm.testsuite.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library for C programs: the same source in bare cVMs and under the host kernel. */
@Tag("slow")
class SdkTest {
  private static final Path SOURCES = Path.of("src/test/ipc").toAbsolutePath();

  @TempDir private Path folder;

  /** Builds a side of {@code sides.c} as the library's Makefile builds programs. */
  private Path build(int side, String kernel) throws Exception {
    Path out = folder.resolve("side" + side);
    Path program = out.resolve(kernel.equals("none") ? "sides" : "sides-linux");
    new Command(
            List.of(
                "make",
                "-C",
                ExamplesTest.SDK.toString(),
                "OUT=" + out,
                "SOURCES=" + SOURCES,
                "CC=riscv64-linux-gnu-gcc -DSIDE=" + side,
                program.toString()))
        .succeed();
    return program;
  }

  @ParameterizedTest
  @CsvSource({
    "none, none, translated",
    "none, host, translated",
    "host, none, translated",
    "host, host, translated",
    "none, none, interpreter",
    "none, host, interpreter",
    "host, none, interpreter",
    "host, host, interpreter",
  })
  void twoSides(String first, String second, String engine) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("sides.yaml"),
            """
            cVMs:
              - {name: first, program: %s, kernel: %s, memory: 64M, engine: %s}
              - {name: second, program: %s, kernel: %s, memory: 64M, engine: %s}
            capfiles:
              - {name: pad, size: 4K, writers: [first, second]}
              - {name: secret, size: 1, writers: []}
            streams:
              - {name: talk, reader: first}
              - {name: idle, reader: first}
              - {name: closed, reader: first, writers: []}
            """
                .formatted(build(1, first), first, engine, build(2, second), second, engine));
    Outcome outcome = Capvm.command("up", file.toString()).run();
    assertEquals(
        List.of("first  | good", "second | good"),
        outcome.outputText().lines().sorted().toList(),
        outcome.errorText());
    assertEquals(0, outcome.status(), outcome.errorText());
  }
}
