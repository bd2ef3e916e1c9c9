package org.capvm.testsuite.bare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.cvm.TranslatedEngine;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.intravisor.kernel.none.BareGuest;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Footprint;
import org.capvm.testsuite.size.SuiteSize;
import org.capvm.translator.image.FileTranslations;
import org.capvm.translator.image.TranslationCache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of bare cVMs: order, kill, random calls, and what many of them leave behind. */
@Tag("slow")
class BareLifeTest {
  private static final long MEMORY = 16 << 20;

  /** {@code -Dcapvm.bare.cycles=N}: how many cVMs of a kind are started and closed. */
  private static final int CYCLES = SuiteSize.number("capvm.bare.cycles", 200, 10_000, 30_000);

  /** Of those that end otherwise. */
  private static final int FEWER = Math.max(CYCLES / 20, 50);

  /** As many before, after which all code, classes and pools are there. */
  private static final int WARM_UP = 1_000;

  /** {@code -Dcapvm.bare.calls=N}: how many random hostcalls are made. */
  private static final int CALLS = SuiteSize.number("capvm.bare.calls", 10_000, 100_000, 1_000_000);

  /** Bytes that code, classes and profiles may still take after the first half. */
  private static final long MOST_MEMORY = 160L << 20;

  /** How often a kill is timed: a machine that stops for a moment does not stop each time. */
  private static final int KILLS = 3;

  private static final long A_SECOND = 1_000_000_000;

  @TempDir private Path folder;

  private List<Engine> engines() {
    return List.of(
        new InterpreterEngine(null),
        new TranslatedEngine(
            new FileTranslations(
                new TranslationCache(folder.resolve("cache")), FileTranslations.Progress.NONE)));
  }

  private static CvmOptions options(Path program) {
    return CvmOptions.of(program.toString())
        .withKernel(KernelKind.NONE)
        .withMemory(MEMORY)
        .withTimeLimit(Duration.ofMinutes(2));
  }

  @Test
  void livesInItsOrder() throws Exception {
    Path program = BareProgram.build(folder, "nothing.c", Use.NONE);
    Cvm cvm = Kernels.create(options(program), engines().getFirst());
    assertEquals(Cvm.State.CREATED, cvm.state());
    cvm.kill(); // Nothing runs: without effect.
    assertThrows(IllegalStateException.class, cvm::await);
    cvm.start(StandardStreams.piped());
    assertThrows(IllegalStateException.class, () -> cvm.start(StandardStreams.piped()));
    assertEquals(0, cvm.await().exitStatus());
    assertEquals(Cvm.State.ENDED, cvm.state());
    assertEquals(0, cvm.await().exitStatus());
    cvm.close();
    cvm.close();
    cvm.terminate();
    assertEquals(Cvm.State.CLOSED, cvm.state());
  }

  /** Every call that can wait, and loops: see {@code blocked.c}. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void isKilledWhereverItIs(int number) throws Exception {
    for (Use use : List.of(Use.NONE, Use.HYBRID)) {
      Path program = BareProgram.build(folder, "blocked.c", use, "-DCASE=" + number);
      for (Engine engine : engines()) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < KILLS; i++) {
          try (Cvm cvm = Kernels.create(options(program), engine);
              StandardStreams streams = StandardStreams.piped()) {
            cvm.start(streams);
            Thread.sleep(100);
            long start = System.nanoTime();
            cvm.kill();
            assertEquals(128 + 9, cvm.await().exitStatus());
            fastest = Math.min(fastest, System.nanoTime() - start);
            streams.output().close();
            streams.errors().close();
          }
        }
        assertTrue(fastest < A_SECOND, use + ": killed in " + fastest + " ns");
      }
    }
  }

  @Test
  void randomCallsGetErrorsOnly() throws Exception {
    for (Use use : List.of(Use.NONE, Use.HYBRID)) {
      Path program = BareProgram.build(folder, "random-calls.c", use);
      Engine engine = engines().getLast();
      long made = 0;
      while (made < CALLS / 2) {
        CvmResult result = run(options(program), engine);
        assertEquals(0, result.exitStatus());
        // Those that ask for the time are the program's own.
        made +=
            result.systemCalls().entrySet().stream()
                .filter(call -> !call.getKey().equals("time"))
                .mapToLong(call -> call.getValue())
                .sum();
      }
    }
  }

  private static CvmResult run(CvmOptions options, Engine engine, IpcNamespace names)
      throws Exception {
    return run(new Cvm(new BareGuest(options, engine, names, "cvm"), options));
  }

  private static CvmResult run(CvmOptions options, Engine engine) throws Exception {
    return run(Kernels.create(options, engine));
  }

  private static CvmResult run(Cvm created) throws Exception {
    try (StandardStreams streams = StandardStreams.piped()) {
      Thread reader = Thread.ofVirtual().unstarted(() -> drain(streams));
      CvmResult result;
      try (Cvm cvm = created) {
        cvm.start(streams);
        reader.start();
        result = cvm.await();
      }
      reader.join();
      streams.errors().close();
      return result;
    }
  }

  private static void drain(StandardStreams streams) {
    try (var output = streams.output()) {
      output.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A cVM that stayed would keep at least its window, and a thread's stack. Each publishes the same
   * names, which it would not get if another one had kept them.
   */
  @ParameterizedTest
  @EnumSource(Use.class)
  void thousandsLeaveNothingBehind(Use use) throws Exception {
    Path program =
        use == Use.NONE
            ? BareProgram.build(folder, "names.c", use)
            : BareProgram.build(folder, "nothing.c", use);
    try (IpcNamespace names = new IpcNamespace()) {
      assertNothingLeft(
          engine -> assertEquals(0, run(options(program), engine, names).exitStatus()),
          CYCLES,
          use.toString());
    }
  }

  /** The same of cVMs that end by a fault, by a kill, and by a limit. */
  @Test
  void otherEndsLeaveNothingBehind() throws Exception {
    for (Use use : List.of(Use.NONE, Use.HYBRID)) {
      Path fault = BareProgram.build(folder, "thread-faults.c", use);
      Path waits = BareProgram.build(folder, "blocked.c", use, "-DCASE=0");
      CvmOptions limited = options(waits).withTimeLimit(Duration.ofMillis(1));
      try (IpcNamespace names = new IpcNamespace()) {
        assertNothingLeft(
            engine -> assertEquals(128 + 11, run(options(fault), engine, names).exitStatus()),
            FEWER,
            use + " by a fault");
        assertNothingLeft(
            engine -> killed(options(waits), engine, names), FEWER, use + " by a kill");
        assertNothingLeft(
            engine -> assertEquals(124, run(limited, engine, names).exitStatus()),
            FEWER,
            use + " by a limit");
      }
    }
  }

  private static void killed(CvmOptions options, Engine engine, IpcNamespace names)
      throws Exception {
    try (StandardStreams streams = StandardStreams.piped();
        Cvm cvm = new Cvm(new BareGuest(options, engine, names, "cvm"), options)) {
      cvm.start(streams);
      cvm.kill();
      assertEquals(128 + 9, cvm.await().exitStatus());
      streams.output().close();
      streams.errors().close();
    }
  }

  /** The same under the {@code host} kernel, with a process and a descriptor table each. */
  @Test
  void programsLeaveNothingBehind() throws Exception {
    Path program = folder.resolve("exits");
    Path source = Files.writeString(folder.resolve("exits.c"), "int main(void) { return 0; }");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-static",
                "-o",
                program.toString(),
                source.toString()))
        .succeed();
    CvmOptions options = CvmOptions.of(program.toString()).withMemory(MEMORY);
    assertNothingLeft(engine -> assertEquals(0, run(options, engine).exitStatus()), FEWER, "host");
  }

  /** A life. */
  @FunctionalInterface
  private interface Life {
    void live(Engine engine) throws Exception;
  }

  private void assertNothingLeft(Life life, int cycles, String what) throws Exception {
    Engine engine = engines().getLast();
    cycles(life, engine, Math.min(cycles, WARM_UP));
    Footprint before = Footprint.now();
    long start = System.nanoTime();
    cycles(life, engine, cycles);
    double each = (System.nanoTime() - start) / 1e6 / cycles;
    Footprint after = Footprint.settled(before, MOST_MEMORY);
    System.out.printf("%s: %.2f ms each; %s, then %s%n", what, each, before, after);
    after.assertNoMoreThan(before, MOST_MEMORY);
  }

  private static void cycles(Life life, Engine engine, int cycles) throws Exception {
    for (int i = 0; i < cycles; i++) {
      life.live(engine);
    }
  }
}
