package org.capvm.testsuite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detached deployments: seen, read, measured and stopped through their control socket. */
@Tag("slow")
class DetachedTest {
  private static final String SCRIPT =
      "trap \"echo bye; exit 3\" TERM; echo up; while :; do sleep 0.1; done";

  @TempDir Path folder;
  private Cvm cvm;

  @BeforeEach
  void prepare() {
    cvm = new Cvm(DebianRoot.cache().getParent());
  }

  @AfterEach
  void stop() throws Exception {
    command("kill", "two").run();
  }

  private Command command(Object... arguments) {
    List<String> words = new ArrayList<>(List.of("env", "XDG_RUNTIME_DIR=" + folder));
    words.addAll(cvm.command(arguments).words());
    return new Command(words);
  }

  private Outcome succeeds(Object... arguments) throws Exception {
    Outcome outcome = command(arguments).run();
    assertEquals(0, outcome.status(), outcome.errorText());
    return outcome;
  }

  private Path configuration() throws IOException {
    String shell = "  - {name: %s, root: %s, program: /bin/sh, args: [-c, '%s']}\n";
    return Files.writeString(
        folder.resolve("two.yaml"),
        "cVMs:\n"
            + shell.formatted("first", DebianRoot.path(), SCRIPT)
            + shell.formatted("second", DebianRoot.path(), SCRIPT));
  }

  private void awaitLog(String name, String line) throws Exception {
    while (succeeds("logs", name).outputText().lines().noneMatch(line::equals)) {
      Thread.sleep(20);
    }
  }

  @Test
  void livesOnItsOwn() throws Exception {
    assertEquals("two\n", succeeds("up", "-d", configuration()).outputText());
    awaitLog("two", "first  | up");
    awaitLog("two/second", "second | up");
    assertTrue(
        succeeds("ps").outputText().matches("(?s).*two +first +running .*two +second +running .*"));
    assertEquals(1, command("up", "-d", configuration()).run().status());

    List<String> stats = succeeds("stats", "--json").outputText().lines().toList();
    assertEquals(2, stats.size());
    assertTrue(
        stats
            .getFirst()
            .matches(
                "\\{\"deployment\":\"two\",\"name\":\"first\",\"state\":\"running\",.*\"cpu_ns\":[1-9].*"),
        stats.getFirst());
    assertEquals(3, succeeds("stats").outputText().lines().count());

    // One is stopped, and says so; the other goes on, until it is killed.
    succeeds("stop", "first");
    assertEquals(
        "first  | up\nfirst  | bye\nfirst  | ended with status 3\n",
        succeeds("logs", "first").outputText());
    assertTrue(
        succeeds("ps").outputText().matches("(?s).*first +ended \\(3\\) .*second +running .*"));
    succeeds("kill", "second");
    while (Files.exists(folder.resolve("capvm/two.sock"))) {
      Thread.sleep(20);
    }
    assertFalse(succeeds("ps").outputText().contains("two"));
    assertEquals(1, command("logs", "two").run().status());
  }

  @Test
  void staysForItsLogs() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("f.yaml"), "cVMs:\n  - {name: hi, program: " + Cvm.HELLO + "}\n");
    succeeds("up", "-d", "--name", "two", file);
    String followed = succeeds("logs", "-f", "hi").outputText();
    assertEquals("hi | hello\nhi | hello\nhi | hello\nhi | ended with status 0\n", followed);
    assertTrue(succeeds("ps").outputText().contains("ended (0)"));
    succeeds("stop", "two");
  }

  /** Clients that say nothing, too much, nonsense, or do not read, cost the others nothing. */
  @Test
  void hostileClientsAreDropped() throws Exception {
    succeeds("up", "-d", configuration());
    Path socket = folder.resolve("capvm/two.sock");
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      silent.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }
    // All of them are closed in the end, however long it takes.
    for (SocketChannel channel : silent) {
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
      channel.close();
    }
    assertEquals("", say(socket, "x".repeat(100_000)));
    assertTrue(say(socket, "format c:\n").startsWith("error there is no request 'format c:'"));
    assertTrue(say(socket, "logs\t../../etc/passwd\n").startsWith("error there is no cVM"));
    assertTrue(say(socket, "\0\t\t\t\n").startsWith("error "));
    assertTrue(succeeds("ps").outputText().contains("running"));
    succeeds("stop", "two");
  }

  /** What is answered before the connection ends, however it does. */
  private static String say(Path socket, String request) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(1000);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      try {
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        while (channel.read(answer) > 0) {
          // Until its end.
        }
      } catch (IOException e) {
        // The other end does not want to hear all of it.
      }
    }
    return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
  }
}
