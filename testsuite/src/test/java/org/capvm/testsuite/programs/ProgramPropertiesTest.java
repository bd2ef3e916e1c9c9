package org.capvm.testsuite.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian programs whose output is random, timed, or beyond qemu: checked by what must hold. */
@Tag("slow")
class ProgramPropertiesTest {
  /** qemu-riscv64 cannot execute another riscv64 program, so this is what Python documents. */
  @Test
  void pythonStartsProcesses() throws IOException, InterruptedException {
    try (WorkFolder work = WorkFolder.empty()) {
      Files.copy(Path.of("src/test/programs/processes.py"), work.path().resolve("processes.py"));
      Outcome outcome = run(work, "/usr/bin/python3.13", "processes.py");
      assertEquals(
          "b'aXc\\n'\n1\nb'4950\\n'\nTrue\nNo such file or directory\n",
          outcome.outputText(),
          outcome::errorText);
      assertEquals(0, outcome.status());
    }
  }

  @Test
  void opensslMakesValidKeys() throws InterruptedException {
    try (WorkFolder work = WorkFolder.empty()) {
      Outcome generated = run(work, "/usr/bin/openssl", "genrsa", "-out", "key.pem", "1024");
      assertEquals(0, generated.status(), generated::errorText);
      Outcome check =
          Reference.qemu("/usr/bin/openssl", List.of("rsa", "-check", "-noout", "-in", "key.pem"))
              .withFolder(work.path())
              .run();
      assertEquals("RSA key ok\n", check.outputText(), check::errorText);
    }
  }

  /** One thread, a fixed table and depth: the number of nodes is the same everywhere. */
  @Test
  void stockfishSearchesTheSameNodes() throws InterruptedException {
    List<String> bench = List.of("bench", "16", "1", "4");
    try (WorkFolder work = WorkFolder.empty()) {
      Outcome expected = Reference.qemu("/usr/games/stockfish", bench).withSeconds(300).succeed();
      Outcome actual =
          ProgramsTest.cvm(Engine.TRANSLATED, work, "/usr/games/stockfish", bench)
              .withSeconds(300)
              .run();
      assertEquals(nodes(expected), nodes(actual), actual::errorText);
    }
  }

  private static String nodes(Outcome outcome) {
    Matcher matcher = Pattern.compile("Nodes searched\\s*: (\\d+)").matcher(outcome.errorText());
    assertTrue(matcher.find(), outcome::errorText);
    return matcher.group(1);
  }

  @Test
  void redisAnswersItsBenchmark() throws IOException, InterruptedException {
    String port = Integer.toString(freePort());
    try (WorkFolder work = WorkFolder.empty();
        WorkFolder clientWork = WorkFolder.empty()) {
      CompletableFuture<Outcome> server =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return run(
                      work,
                      "/usr/bin/redis-server",
                      "--port",
                      port,
                      "--save",
                      "",
                      "--bind",
                      "127.0.0.1");
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      try {
        awaitPong(clientWork, port);
        Outcome benchmark =
            run(
                clientWork,
                "/usr/bin/redis-benchmark",
                "-p",
                port,
                "-n",
                "2000",
                "-q",
                "-t",
                "ping,set,get,incr,lpush,lrange_100,mset");
        assertEquals(0, benchmark.status(), benchmark::errorText);
        assertTrue(benchmark.outputText().contains("MSET (10 keys): "), benchmark::outputText);
        assertEquals(
            "4000\n", // lrange_100 pushes as many again before it measures
            run(clientWork, "/usr/bin/redis-cli", "-p", port, "llen", "mylist").outputText());
      } finally {
        run(clientWork, "/usr/bin/redis-cli", "-p", port, "shutdown", "nosave");
      }
      assertEquals(0, server.join().status(), () -> server.join().errorText());
    }
  }

  private static void awaitPong(WorkFolder work, String port) throws InterruptedException {
    for (int attempt = 0; attempt < 30; attempt++) {
      Outcome ping = run(work, "/usr/bin/redis-cli", "-p", port, "ping");
      if (ping.outputText().equals("PONG\n")) {
        return;
      }
      Thread.sleep(500);
    }
    throw new AssertionError("redis-server does not answer");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Outcome run(WorkFolder work, String program, String... arguments)
      throws InterruptedException {
    return ProgramsTest.cvm(Engine.TRANSLATED, work, program, List.of(arguments)).run();
  }
}
