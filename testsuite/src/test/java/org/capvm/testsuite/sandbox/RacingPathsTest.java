package org.capvm.testsuite.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest races its own calls: while one thread makes each call that takes a path, another one
 * swaps a folder on the way for a link that leads out of the volume.
 *
 * <p>{@code -Dcapvm.sandbox.rounds=N} makes each call N times instead of 10^5.
 */
class RacingPathsTest {
  private static final int ROUNDS =
      SuiteSize.number("capvm.sandbox.rounds", 2000, 100_000, 300_000);

  /** A round of each call takes 0.8 ms where nothing else runs. */
  private static final int SECONDS = 300 + ROUNDS / 100;

  @TempDir private Path folder;

  @Test
  void nothingOutsideIsReadOrChanged() throws Exception {
    Path program = folder.resolve("racing-paths");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-static",
                "-pthread",
                "-o",
                program.toString(),
                "src/test/sandbox/racing-paths.c"))
        .succeed();
    Path volume = Files.createDirectory(folder.resolve("volume"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("f"), "OUTSIDE the volume");
    Files.writeString(outside.resolve("only-outside"), "OUTSIDE the volume");
    Files.createSymbolicLink(outside.resolve("link-outside"), Path.of("OUTSIDE"));
    Files.copy(program, outside.resolve("program"));
    Map<String, String> before = describe(outside);

    Outcome outcome =
        Capvm.run(
                Engine.TRANSLATED,
                List.of("--volume", volume + ":/v:rw"),
                List.of(program.toString(), outside.toString(), Integer.toString(ROUNDS)))
            .withSeconds(SECONDS)
            .run();

    assertEquals("leaks 0\n", outcome.outputText(), outcome.errorText());
    assertEquals(0, outcome.status(), outcome.errorText());
    assertEquals(before, describe(outside));
  }

  /** Everything about a folder that a call could change, by name. */
  private static Map<String, String> describe(Path folder) throws IOException {
    Map<String, String> result = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        PosixFileAttributes attributes =
            Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        result.put(
            file.getFileName().toString(),
            attributes.permissions()
                + " "
                + attributes.lastModifiedTime()
                + " "
                + attributes.size()
                + " "
                + Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS));
      }
    }
    return result;
  }
}
