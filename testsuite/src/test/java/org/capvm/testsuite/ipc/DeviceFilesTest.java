package org.capvm.testsuite.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.CpStream;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.StreamListener;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Outcome;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** /dev/cvm: shared buffers and streams as files of Linux programs. */
@Tag("slow")
class DeviceFilesTest {
  /** How often a kill is timed: a machine that stops for a moment does not stop each time. */
  private static final int KILLS = 3;

  private static final long A_SECOND = 1_000_000_000;

  @TempDir private Path folder;

  private Engine engine(String name) {
    return name.equals("interpreter")
        ? new InterpreterEngine(null)
        : new TranslatedEngine(
            new FileTranslations(
                new TranslationCache(folder.resolve("cache")), FileTranslations.Progress.NONE));
  }

  private static CvmOptions options(Path program) {
    return CvmOptions.of(program.toString())
        .withMemory(64 << 20)
        .withTimeLimit(Duration.ofMinutes(2));
  }

  private void bothSucceed(String program, String engine, String objects) throws Exception {
    Path built = LinuxProgram.build(folder, program);
    Path file =
        Files.writeString(
            folder.resolve("f.yaml"),
            """
            cVMs:
              - {name: writer, program: %1$s, args: writer, memory: 64M, engine: %2$s, time-limit: 300}
              - {name: reader, program: %1$s, args: reader, memory: 64M, engine: %2$s, time-limit: 300}
            """
                    .formatted(built, engine)
                + objects);
    Outcome outcome = Capvm.command("up", file.toString()).run();
    assertEquals(
        List.of("reader | good", "writer | good"),
        outcome.outputText().lines().sorted().toList(),
        outcome.errorText());
    assertEquals(0, outcome.status(), outcome.errorText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void buffersAreFiles(String engine) throws Exception {
    bothSucceed(
        "files",
        engine,
        """
        capfiles:
          - {name: table, size: 8K, readers: [reader], writers: [writer]}
          - {name: secret, size: 1, readers: [], writers: [reader]}
        streams:
          - {name: written, reader: reader}
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void streamsAreCharacterDevices(String engine) throws Exception {
    bothSucceed(
        "streams",
        engine,
        """
        streams:
          - {name: data, reader: reader, writers: [writer]}
          - {name: back, reader: writer}
          - {name: closed, reader: reader, writers: []}
        """);
  }

  /** What the guest says by a byte. */
  private static byte receive(CpStream stream, MemorySegment room) throws Exception {
    stream.offer(room);
    stream.poll(CpStream.READABLE, Participant.FOR_EVER);
    assertEquals(1, stream.take());
    return room.get(ValueLayout.JAVA_BYTE, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void aBufferThatWasTakenBackIsOutOfReach(String engine) throws Exception {
    Path program = LinuxProgram.build(folder, "revoked");
    try (Arena arena = Arena.ofConfined();
        IpcNamespace names = new IpcNamespace();
        StandardStreams streams = StandardStreams.piped();
        Cvm cvm = Kernels.create(options(program), engine(engine), names, "guest")) {
      Participant host = new Participant("host", null);
      AccessList access = new AccessList(Set.of(), Set.of("guest"));
      CpFile file = names.publish("lent", host, access, 8192, arena.allocateFrom("shared"));
      StreamListener steps = names.listen("steps", host, access);
      cvm.start(streams);
      CpStream step = steps.accept(true);
      MemorySegment room = MemorySegment.ofArray(new byte[1]);
      assertEquals('m', receive(step, room));
      file.revoke("guest");
      send(step, 'r');
      assertEquals('e', receive(step, room));
      assertEquals("shared", file.view(false).segment().getString(0));
      send(step, 'l');
      names.end(host);
      assertEquals("good", lines(streams).readLine());
      assertEquals(0, cvm.await().exitStatus());
    }
  }

  private static void send(CpStream stream, char text) throws Exception {
    stream.poll(CpStream.WRITABLE, Participant.FOR_EVER);
    assertEquals(1, stream.send(MemorySegment.ofArray(new byte[] {(byte) text})));
  }

  /** What was sent before a cVM was killed arrives, and no end that was not meant. */
  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void theStreamsOfAKilledCvmBreakOff(String engine) throws Exception {
    Path program = LinuxProgram.build(folder, "revoked");
    try (IpcNamespace names = new IpcNamespace();
        StandardStreams streams = StandardStreams.piped();
        Cvm cvm = Kernels.create(options(program), engine(engine), names, "guest")) {
      Participant host = new Participant("host", null);
      AccessList access = new AccessList(Set.of(), Set.of("guest"));
      names.publish("lent", host, access, 8192, MemorySegment.ofArray(new byte[] {'s'}));
      StreamListener steps = names.listen("steps", host, access);
      cvm.start(streams);
      CpStream step = steps.accept(true);
      MemorySegment room = MemorySegment.ofArray(new byte[1]);
      step.offer(room);
      step.poll(CpStream.READABLE, Participant.FOR_EVER);
      cvm.kill();
      assertEquals(1, step.take());
      assertEquals('m', room.get(ValueLayout.JAVA_BYTE, 0));
      step.poll(CpStream.READABLE, Participant.FOR_EVER);
      IpcException broken = assertThrows(IpcException.class, step::take);
      assertEquals(IpcException.Kind.GONE, broken.kind());
      assertEquals(128 + 9, cvm.await().exitStatus());
    }
  }

  private static IpcNamespace withWhatItWaitsFor() throws IpcException {
    IpcNamespace names = new IpcNamespace();
    Participant guest = names.expect("guest");
    names.publish("words", guest, AccessList.PRIVATE, 4096);
    names.declare("quiet", guest, AccessList.PRIVATE);
    return names;
  }

  private static BufferedReader lines(StandardStreams streams) {
    return new BufferedReader(new InputStreamReader(streams.output(), StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(strings = {"translated", "interpreter"})
  void waitsEndBySignalsAndKill(String engine) throws Exception {
    Path program = LinuxProgram.build(folder, "interrupted");
    Engine executing = engine(engine);
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < KILLS; i++) {
      try (IpcNamespace names = withWhatItWaitsFor();
          StandardStreams streams = StandardStreams.piped();
          Cvm cvm = Kernels.create(options(program), executing, names, "guest")) {
        cvm.start(streams);
        assertEquals("good", lines(streams).readLine());
        long start = System.nanoTime();
        cvm.kill();
        assertEquals(128 + 9, cvm.await().exitStatus());
        fastest = Math.min(fastest, System.nanoTime() - start);
      }
    }
    assertTrue(fastest < A_SECOND, "killed in " + fastest + " ns");
  }
}
