package org.capvm.testsuite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several cVMs in one JVM, as {@code cvm up} starts, shows and stops them. */
@Tag("slow")
class UpTest {
  @TempDir Path folder;
  private Cvm cvm;

  @BeforeEach
  void prepare() {
    cvm = new Cvm(DebianRoot.cache().getParent());
  }

  /** A cVM that runs a shell script; further keys may follow. */
  private static String shell(String name, String script, String keys) {
    return """
      - name: %s
        root: %s
        program: /bin/sh
        args: [-c, '%s']
        %s
    """
        .formatted(name, DebianRoot.path(), script, keys);
  }

  private Path configuration(String... cvms) throws IOException {
    return Files.writeString(folder.resolve("f.yaml"), "cVMs:\n" + String.join("", cvms));
  }

  @Test
  void showsEachLineBehindItsName() throws Exception {
    Path file =
        configuration(
            "  - {name: hi, program: " + Cvm.HELLO + "}\n",
            shell("shell", "echo a; echo b; printf end; echo wrong >&2; printf last >&2", ""));
    Outcome outcome = cvm.command("up", file).run();
    assertEquals(0, outcome.status(), outcome.errorText());
    assertEquals(
        List.of(
            "hi    | hello",
            "hi    | hello",
            "hi    | hello",
            "shell | a",
            "shell | b",
            "shell | end"),
        outcome.outputText().lines().sorted().toList());
    assertEquals(
        List.of(
            "hi    | ended with status 0",
            "shell | ended with status 0",
            "shell | last",
            "shell | wrong"),
        outcome.errorText().lines().sorted().toList());
  }

  @Test
  void startsInOrderAndWaitsAsTold() throws Exception {
    String volume = "volumes: ['" + folder + ":/shared:rw']";
    Path file =
        configuration(
            shell("writer", "sleep 0.3; echo done > /shared/mark", volume + "\n    wait: -1"),
            shell("reader", "cat /shared/mark", volume));
    Outcome outcome = cvm.command("up", file).run();
    assertEquals(0, outcome.status(), outcome.errorText());
    assertEquals("reader | done\n", outcome.outputText());
  }

  @Test
  void aFaultEndsItsCvmAlone() throws Exception {
    Path file =
        configuration(
            shell("bad", "kill -SEGV $$", "wait: -1"),
            shell("killed", "while :; do :; done", "time-limit: 1"),
            shell("good", "echo before; sleep 2; echo after", ""));
    Outcome outcome = cvm.command("up", file).run();
    assertEquals(1, outcome.status(), outcome.errorText());
    assertEquals("good   | before\ngood   | after\n", outcome.outputText());
    assertEquals(
        List.of(
            "bad    | ended with status 139",
            "good   | ended with status 0",
            "killed | ended with status 124"),
        outcome.errorText().lines().sorted().toList());
  }

  @Test
  void stopsTheLastOneFirst() throws Exception {
    String script = "trap \"echo stopped; exit %d\" TERM; echo ready; while :; do sleep 0.1; done";
    Path file =
        configuration(
            shell("first", script.formatted(3), ""), shell("second", script.formatted(4), ""));
    Stopped stopped = stop(file, 1);
    assertEquals(1, stopped.status);
    assertEquals(
        List.of("second | stopped", "first  | stopped"),
        stopped.output.lines().filter(line -> line.endsWith("stopped")).toList());
    assertTrue(stopped.errors.contains("second | ended with status 4\n"), stopped.errors);
    assertTrue(stopped.errors.contains("first  | ended with status 3\n"), stopped.errors);
  }

  @Test
  void aSecondSignalKills() throws Exception {
    String script = "trap \"echo no\" TERM; echo ready; while :; do sleep 0.1; done";
    Stopped stopped =
        stop(configuration(shell("first", script, ""), shell("second", script, "")), 2);
    assertTrue(stopped.errors.contains("second | ended with status 137\n"), stopped.errors);
    assertTrue(stopped.errors.contains("first  | ended with status 137\n"), stopped.errors);
  }

  private record Stopped(int status, String output, String errors) {}

  /** Sends SIGTERM when two cVMs are ready, and again when the first signal is answered. */
  private Stopped stop(Path file, int signals) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Process up =
        new ProcessBuilder(cvm.command("up", file).words())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      awaitLines(up, output, "ready", 2);
      up.destroy();
      if (signals == 2) {
        awaitLines(up, output, "no", 1);
        up.destroy();
      }
      assertTrue(up.waitFor(60, TimeUnit.SECONDS), "it does not end");
      return new Stopped(up.exitValue(), Files.readString(output), Files.readString(errors));
    } finally {
      up.destroyForcibly();
    }
  }

  private static void awaitLines(Process up, Path output, String end, int count)
      throws IOException, InterruptedException {
    while (Files.readString(output).lines().filter(line -> line.endsWith(end)).count() < count) {
      assertTrue(up.isAlive(), "it has ended");
      Thread.sleep(20);
    }
  }

  @Test
  void checksBeforeAnythingIsStarted() throws Exception {
    Path file =
        configuration(
            "  - {name: fine, program: " + Cvm.HELLO + "}\n",
            "  - {name: wrong, root: " + DebianRoot.path() + ",\n     program: /bin/no}\n");
    String message = file + ":4: cVM 'wrong': ";
    cvm.fails(1, message, "up", file);
    cvm.fails(1, message, "check", file);
    Path good = configuration("  - {name: fine, program: " + Cvm.HELLO + "}\n");
    Outcome outcome = cvm.command("check", good).run();
    assertEquals(good + ": 1 cVM, all of which can be started\n", outcome.outputText());
    assertEquals(0, outcome.status());
  }

  /** The README's example prints what the README shows. */
  @Test
  void theReadmesExampleDoesWhatItSays() throws Exception {
    String readme = Files.readString(Cvm.REPOSITORY.resolve("README.md"));
    String example = between(readme, "```yaml\n", "```");
    String shown = between(readme, "$ ./cvm up two.yaml\n", "```");
    Path file = folder.resolve("two.yaml");
    Files.writeString(file, example.replace("root: trixie", "root: " + DebianRoot.path()));
    Outcome outcome = cvm.command("up", file).run();
    assertEquals(0, outcome.status(), outcome.errorText());
    assertEquals(
        shown.lines().sorted().toList(),
        (outcome.outputText() + outcome.errorText()).lines().sorted().toList());
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    assertTrue(from >= start.length(), start);
    return text.substring(from, text.indexOf(end, from));
  }
}
