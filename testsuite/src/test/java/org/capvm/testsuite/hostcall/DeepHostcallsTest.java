package org.capvm.testsuite.hostcall;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.InterpreterEngine;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.testsuite.bare.BareProgram;
import org.capvm.testsuite.bare.BareProgram.Use;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every hostcall at every depth of the JVM's stack, in two cVMs of one JVM: a stack overflow in the
 * Intravisor, or in the initialiser of one of its classes, would harm both.
 */
@Tag("slow")
class DeepHostcallsTest {
  /**
   * A frame takes at least 96 bytes of the guest's stack, and the JVM's is emptied after 816 KiB.
   */
  private static final int FRAMES = 10_000;

  /** The interpreter takes none of the JVM's stack, and shows the same results. */
  private static final int INTERPRETED_FRAMES = 2_000;

  /** Those that do not return, and those that make threads with any function. */
  private static final Set<Integer> ENDING = Set.of(13, 414);

  private static final Set<Integer> MAKING = Set.of(11, 26, 403);

  @TempDir private Path folder;

  private record Running(Cvm cvm, StandardStreams streams) {}

  /** Those that leave the JVM's stack before they are carried out. */
  private Set<Integer> emptying;

  private List<Hostcall> hostcalls;

  @Test
  void deepStacksHarmNobody() throws Exception {
    try (Neighbours neighbours = new Neighbours(folder, Neighbours.engines(folder).getFirst())) {
      hostcalls = neighbours.victim().hostcalls().all();
      emptying = hostcalls.stream().filter(Hostcall::nests).map(Hostcall::number).collect(toSet());
    }
    for (Use use : List.of(Use.NONE, Use.HYBRID)) {
      for (Engine engine : Neighbours.engines(folder)) {
        int frames = engine instanceof InterpreterEngine ? INTERPRETED_FRAMES : FRAMES;
        assertUnharmed(build(use, frames), engine, use);
      }
    }
  }

  private Path build(Use use, int frames) throws Exception {
    return BareProgram.build(
        folder,
        "deep-hostcalls.c",
        use,
        "-DNUMBERS=" + text(quiet()),
        "-DEMPTYING=" + text(emptying),
        "-DMAKING=403",
        "-DFRAMES=" + frames);
  }

  private List<Integer> quiet() {
    return hostcalls.stream()
        .map(Hostcall::number)
        .filter(number -> !ENDING.contains(number) && !MAKING.contains(number))
        .filter(number -> !emptying.contains(number))
        .toList();
  }

  private static String text(Collection<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(joining(","));
  }

  private void assertUnharmed(Path program, Engine engine, Use use) throws Exception {
    CvmOptions options =
        CvmOptions.of(program.toString())
            .withKernel(KernelKind.NONE)
            .withMemory(64 << 20)
            .withTimeLimit(Duration.ofMinutes(5));
    List<Running> running = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Running each = new Running(Kernels.create(options, engine), StandardStreams.piped());
      each.cvm().start(each.streams());
      running.add(each);
    }
    List<String> said = new ArrayList<>();
    for (Running each : running) {
      try (Cvm cvm = each.cvm();
          StandardStreams streams = each.streams()) {
        assertEquals(0, cvm.await().exitStatus(), use + " " + engine);
        var output = streams.output();
        said.add(new String(output.readNBytes(output.available()), StandardCharsets.US_ASCII));
      }
    }
    assertEquals(said.getFirst(), said.getLast(), use + " " + engine);
    assertTrue(said.getFirst().matches("[0-9]+ calls, returned, wrong 0\n"), said.getFirst());
    long calls = Long.parseLong(said.getFirst().split(" ")[0]);
    System.out.printf(
        "%s %s: %,d hostcalls in each of two cVMs%n",
        use, engine.getClass().getSimpleName(), calls);
    // All depths of the last 256 KiB, by frames of at most 256 bytes.
    long least = engine instanceof InterpreterEngine ? 8 << 10 : 256 << 10;
    assertTrue(calls > quiet().size() * least / 256, said.getFirst());
  }
}
