package org.capvm.testsuite.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process of the host passes descriptors to a guest over Unix sockets of a volume, and what it
 * gets from the guest back to it; another cVM does the same. None arrives; the guest is told so by
 * MSG_CTRUNC.
 */
@Tag("slow")
class DescriptorsFromOutsideTest {
  /** Three types of sockets, four ways to receive seven messages; then nine more. */
  private static final int MESSAGES = 3 * 4 * 7 + 9;

  /** Seven messages pass nine descriptors; those of one way in four are also looked at only. */
  private static final int DESCRIPTORS = (3 * 4 + 1) * 9 + 3;

  @TempDir private Path folder;
  private Path program;
  private Path volume;
  private Path outside;

  @BeforeEach
  void prepare() throws Exception {
    program = folder.resolve("program");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-static",
                "-o",
                program.toString(),
                "src/test/sandbox/descriptors-from-outside.c"))
        .succeed();
    volume = Files.createDirectory(folder.resolve("v"));
    Files.writeString(volume.resolve("file"), "inside");
    outside = Files.createDirectory(folder.resolve("o"));
    Files.writeString(outside.resolve("only-outside"), "OUTSIDE");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void noneArrivesInsideCapvm(Engine engine) throws Exception {
    List<String> options = List.of("--volume", volume + ":/v:rw");
    List<String> words = List.of(program.toString(), "inside", "/v");
    check(Capvm.run(engine, options, words), MESSAGES, 0, "none");
  }

  /** The attack is one: as a process of the host, the guest gets all of them. */
  @Test
  void allArriveOutside() throws Exception {
    List<String> words = List.of("qemu-riscv64", program.toString(), "inside", volume.toString());
    check(new Command(words), 0, DESCRIPTORS, "some");
  }

  /** The outside is another cVM of the same JVM, with a volume that the two share. */
  @Test
  void noneArrivesFromAnotherCvm() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("two.yaml"),
            """
            cVMs:
              - name: outside
                program: %1$s
                args: [outside, /v, /o]
                volumes: ['%2$s:/v:rw', '%3$s:/o:rw']
              - name: inside
                program: %1$s
                args: [inside, /v, apart]
                volumes: ['%2$s:/v:rw']
            """
                .formatted(program, volume, outside));
    Outcome outcome = Capvm.command("up", file.toString()).run();
    assertEquals(0, outcome.status(), outcome.errorText());
    assertEquals(
        Set.of(
            "inside  | passed inside: 1, inside",
            "inside  | " + counts(MESSAGES, 0, "none"),
            "outside | from inside: 0"),
        Set.copyOf(outcome.outputText().lines().toList()));
  }

  private static String counts(int truncated, int received, String escapes) {
    return "messages %d, truncated %d, received %d, escapes %s, left open 0"
        .formatted(MESSAGES, truncated, received, escapes);
  }

  private void check(Command inside, int truncated, int received, String escapes)
      throws InterruptedException, IOException {
    Command peer =
        new Command(
            List.of(
                "qemu-riscv64",
                program.toString(),
                "outside",
                volume.toString(),
                outside.toString()));
    CompletableFuture<Outcome> other = CompletableFuture.supplyAsync(() -> run(peer));
    Outcome outcome = inside.run();
    Outcome peerOutcome = other.join();
    assertEquals("from inside: inside, folder\n", peerOutcome.outputText());
    assertEquals(
        "passed inside: 1, inside\n" + counts(truncated, received, escapes) + "\n",
        outcome.outputText(),
        outcome.errorText());
    assertEquals("OUTSIDE", Files.readString(outside.resolve("only-outside")));
  }

  private static Outcome run(Command command) {
    try {
      return command.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
