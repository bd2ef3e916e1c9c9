package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recordings and traces show of cVMs. */
class ObservationTest {
  private static final Path HELLO =
      Path.of("").toAbsolutePath().getParent().resolve("intravisor/src/main/training/hello");

  @TempDir private Path folder;

  /** Two cVMs that share a table; the reader ends by a fault. */
  private Path configuration() throws IOException, InterruptedException {
    Path writer = BareProgram.build(folder, "table-writer.c", Use.HYBRID);
    Path reader = BareProgram.build(folder, "table-reader.c", Use.HYBRID);
    return Files.writeString(
        folder.resolve("table.yaml"),
        """
        cVMs:
          - {name: reader, program: %s, kernel: none, memory: 16M}
          - {name: writer, program: %s, kernel: none, memory: 16M}
        ---
        capfiles:
          - {name: table, size: 0x1000, readers: [reader], writers: [writer]}
        """
            .formatted(reader, writer));
  }

  private List<RecordedEvent> record(Command command) throws IOException, InterruptedException {
    Path recording = folder.resolve("recording.jfr");
    List<String> words = new ArrayList<>();
    words.add("env");
    words.add(Capvm.JVM_OPTIONS + "=-XX:StartFlightRecording=filename=" + recording);
    words.addAll(command.words());
    new Command(words).run();
    return RecordingFile.readAllEvents(recording).stream()
        .filter(event -> event.getEventType().getName().startsWith("org.capvm."))
        .toList();
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String type) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("org.capvm." + type))
        .toList();
  }

  @Test
  void aRecordingShowsCvmsHostcallsIpcAndFaults() throws Exception {
    List<RecordedEvent> events = record(Capvm.command("up", configuration().toString()));

    List<RecordedEvent> starts = of(events, "CvmStart");
    assertEquals(
        List.of("reader", "writer"),
        starts.stream().map(e -> e.getString("cvm")).sorted().toList());
    for (RecordedEvent start : starts) {
      assertEquals("NONE", start.getString("kernel"));
      assertEquals(16L << 20, start.getLong("memory"));
      assertTrue(start.getString("program").contains("table-"), start.toString());
      assertTrue(start.getDuration().toNanos() > 0, start.toString());
    }

    Set<String> stops =
        of(events, "CvmStop").stream()
            .map(e -> e.getString("cvm") + " " + e.getInt("exitStatus"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("reader 139", "writer 0"), stops);

    RecordedEvent refused =
        of(events, "Hostcall").stream()
            .filter(e -> e.getString("cvm").equals("writer"))
            .filter(e -> e.getString("call").equals("cp_file_open"))
            .findFirst()
            .orElseThrow();
    assertEquals(421, refused.getInt("number"));
    assertEquals(-2, refused.getLong("result"), "there is no such table");
    assertTrue(refused.getLong("guestThread") > 0, refused.toString());
    assertTrue(refused.getDuration().toNanos() > 0, refused.toString());

    Set<String> opened =
        of(events, "Ipc").stream()
            .filter(e -> e.getString("operation").equals("cp_file_open"))
            .map(e -> e.getString("cvm") + " " + e.getString("object") + " " + e.getLong("bytes"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("reader table 4096", "writer table 4096"), opened);

    RecordedEvent fault = of(events, "Fault").getFirst();
    assertEquals(11, fault.getInt("signal"));
    assertTrue(fault.getString("report").startsWith("table-reader"), fault.toString());
    assertTrue(fault.getString("report").contains("permit-store violation"), fault.toString());
  }

  @Test
  void aRecordingShowsTranslations() throws Exception {
    List<RecordedEvent> events = record(Capvm.command("run", HELLO.toString()));
    RecordedEvent translation =
        of(events, "Translation").stream()
            .filter(e -> e.getString("code").endsWith("hello"))
            .findFirst()
            .orElseThrow();
    assertTrue(Set.of("FILE", "CACHE").contains(translation.getString("source")));
    assertTrue(translation.getInt("functions") > 0, translation.toString());
    assertEquals("HOST", of(events, "CvmStart").getFirst().getString("kernel"));
  }

  @Test
  void aTraceShowsHostcallsBehindTheNameOfTheirCvm() throws Exception {
    Outcome outcome = Capvm.command("up", "--trace", "hostcalls", configuration().toString()).run();
    String errors = outcome.errorText();
    assertLine(
        "writer \\| \\d+ cp_file_open\\(\"no-such-table\", 0x\\w+, 0x\\w+, 1\\) = -1 ENOENT",
        errors);
    assertLine("writer \\| \\d+ print\\(\"the table is complete\\\\n\", 22\\) = 22", errors);
    assertLine("writer \\| \\d+ thread_exit\\(0\\) = \\?", errors);
    assertLine("reader \\| \\d+ cp_file_open\\(\"table\", 0x\\w+, 0x\\w+, 0\\) = 0", errors);
  }

  @Test
  void aTraceOfARunGoesToStandardError() throws Exception {
    Path program = BareProgram.build(folder, "nothing.c", Use.NONE);
    List<String> options = List.of("--kernel", "none", "--memory", "16M", "--trace", "hostcalls");
    Outcome traced = Capvm.run(Capvm.Engine.TRANSLATED, options, List.of(program.toString())).run();
    assertLine("\\d+ thread_exit\\(0\\) = \\?", traced.errorText());
    assertEquals(0, traced.status());
  }

  private static void assertLine(String pattern, String text) {
    assertTrue(text.lines().anyMatch(line -> line.matches(pattern)), text);
  }
}
