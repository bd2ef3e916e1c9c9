package org.capvm.testsuite.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README do what it says. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../intravisor/src/main/examples");

  @TempDir private Path folder;

  /** Runs an example, whose root may lie elsewhere here. */
  private Outcome up(String name) throws Exception {
    String text = Files.readString(EXAMPLES.resolve(name));
    Path file =
        Files.writeString(
            folder.resolve(name),
            text.replace("~/.cache/capvm/roots/trixie", DebianRoot.path().toString()));
    Outcome outcome = Capvm.command("up", file.toString()).run();
    assertEquals(0, outcome.status(), outcome.errorText());
    return outcome;
  }

  @Test
  void pipeline() throws Exception {
    String numbers =
        IntStream.rangeClosed(1, 100_000)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining("\n", "", "\n"));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(numbers.getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        "hash     | " + HexFormat.of().formatHex(digest) + "  -\n",
        up("pipeline.yaml").outputText());
  }
}
