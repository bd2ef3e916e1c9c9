package org.capvm.testsuite.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README do what it says. */
@Tag("slow")
class ExamplesTest {
  private static final Path MAIN = Path.of("../intravisor/src/main").toAbsolutePath().normalize();

  /** The library for C programs, with its Makefile. */
  static final Path SDK = MAIN.resolve("sdk");

  private static final Path EXAMPLES = MAIN.resolve("examples");

  @TempDir private Path folder;

  /** Runs an example, whose root may lie elsewhere here. */
  private Outcome up(String name) throws Exception {
    String text = Files.readString(EXAMPLES.resolve(name));
    Path file =
        Files.writeString(
            folder.resolve(name),
            text.replace("~/.cache/capvm/roots/trixie", DebianRoot.path().toString()));
    return up(file);
  }

  private static Outcome up(Path file) throws InterruptedException {
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

  /** An example of C programs, which are built and found as the README has it. */
  private static List<String> upBuilt(String name) throws InterruptedException {
    new Command(List.of("make", "-s", "-C", SDK.toString(), "examples")).succeed();
    return up(EXAMPLES.resolve(name)).outputText().lines().sorted().toList();
  }

  @Test
  void table() throws Exception {
    assertEquals(
        List.of("fill | 16 squares are in the table", "show | 16 squares are 1240 together"),
        upBuilt("table.yaml"));
  }

  @Test
  void keyValueStore() throws Exception {
    assertEquals(
        List.of("client | colour: green", "client | shape: round", "client | size: not there"),
        upBuilt("key-value.yaml"));
  }
}
