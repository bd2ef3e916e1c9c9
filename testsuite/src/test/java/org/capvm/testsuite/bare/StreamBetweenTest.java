package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cVMs of a configuration that a stream connects. */
@Tag("slow")
class StreamBetweenTest {
  @TempDir private Path folder;

  /** Back-pressure, rooms of any size, half close, the end of a side that says nothing. */
  @ParameterizedTest
  @CsvSource({"translated, HYBRID", "interpreter, HYBRID", "translated, NONE"})
  void allBytesArriveInOrder(String engine, Use use) throws Exception {
    Path receiver = BareProgram.build(folder, "stream-receiver.c", use);
    Path sender = BareProgram.build(folder, "stream-sender.c", use);
    Path file =
        Files.writeString(
            folder.resolve("stream.yaml"),
            """
            cVMs:
              - {name: receiver, program: %s, kernel: none, memory: 16M, engine: %s}
              - {name: sender, program: %s, kernel: none, memory: 16M, engine: %s}
            """
                .formatted(receiver, engine, sender, engine));
    Outcome outcome = Capvm.command("up", file.toString()).run();
    assertEquals(0, outcome.status(), outcome.errorText() + outcome.outputText());
    assertEquals(
        List.of("receiver | received", "sender   | sent"),
        outcome.outputText().lines().sorted().toList());
  }
}
