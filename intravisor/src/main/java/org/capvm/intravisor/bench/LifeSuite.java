package org.capvm.intravisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.kernel.Kernels;

/**
 * What cVMs themselves cost: the time from the making of one whose image is warm to its end, and
 * the memory of many that wait.
 */
public final class LifeSuite {
  private static final String SUITE = "life";

  /** Of the cVMs, in bytes; they touch next to nothing of it. */
  private static final long MEMORY = 16L << 20;

  /** Lives of a round: some of them meet a garbage collection. */
  private static final int LIVES = 200;

  private final int rounds;
  private final int idle;
  private final Engine engine;
  private final Consumer<String> progress;

  /**
   * @param rounds how often everything is measured, at least once
   * @param idle how many cVMs wait together
   * @param progress is told what is being done
   */
  public LifeSuite(int rounds, int idle, Engine engine, Consumer<String> progress) {
    this.rounds = rounds;
    this.idle = idle;
    this.engine = engine;
    this.progress = progress;
  }

  /** Measures. */
  public List<Measurement> run() throws BenchmarkException, InterruptedException {
    try (WorkFolder folder = new WorkFolder()) {
      return List.of(lives(folder.unpack("nothing")), waiting(folder.unpack("idle")));
    } catch (CvmException | IOException e) {
      throw new BenchmarkException("a cVM cannot be started: " + e.getMessage(), e);
    }
  }

  private Cvm start(Path program) throws CvmException, IOException {
    CvmOptions options =
        CvmOptions.of(program.toString()).withKernel(KernelKind.NONE).withMemory(MEMORY);
    Cvm cvm = Kernels.create(options, engine);
    cvm.start(StandardStreams.ofJvmWithoutInput());
    return cvm;
  }

  private Measurement lives(Path program)
      throws BenchmarkException, CvmException, IOException, InterruptedException {
    Sample sample = new Sample();
    for (int round = -rounds; round < rounds; round++) {
      progress.accept(round < 0 ? "warming up" : "round %d of %d".formatted(round + 1, rounds));
      for (int n = 0; n < LIVES; n++) {
        long start = System.nanoTime();
        try (Cvm cvm = start(program)) {
          if (cvm.await().exitStatus() != 0) {
            throw new BenchmarkException("a cVM did not end with status 0");
          }
        }
        if (round >= 0) {
          sample.add(System.nanoTime() - start);
        }
      }
    }
    return new Measurement(
        SUITE, "life", MEMORY, sample.median(), sample.spread(), "life", 1, Map.of());
  }

  /** The time of starting one of many, and what all of them add to the memory of the process. */
  private Measurement waiting(Path program) throws BenchmarkException, CvmException, IOException {
    progress.accept(idle + " cVMs that wait");
    long before = resident();
    Sample sample = new Sample();
    List<Cvm> all = new ArrayList<>();
    try {
      for (int n = 0; n < idle; n++) {
        long start = System.nanoTime();
        all.add(start(program));
        sample.add(System.nanoTime() - start);
      }
      for (Cvm cvm : all) {
        awaitWaiting(cvm);
      }
      long now = resident();
      Map<String, Long> details =
          Map.of("cvms", (long) idle, "resident_bytes", now, "added_bytes", now - before);
      return new Measurement(
          SUITE, "idle", MEMORY, sample.median(), sample.spread(), "idle", 1, details);
    } finally {
      all.forEach(Cvm::close);
    }
  }

  /** Waits until a cVM has made both of its hostcalls; the second one never returns. */
  private static void awaitWaiting(Cvm cvm) throws BenchmarkException {
    while (!cvm.calls().containsKey("sem_down")) {
      if (cvm.usage().threads() == 0) {
        throw new BenchmarkException("a cVM that should wait has ended");
      }
      Thread.onSpinWait();
    }
  }

  /** Memory of this process that is resident, in bytes. */
  private static long resident() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow(() -> new IOException("the host does not say how much is resident"))
          << 10;
    }
  }

  /** The results for people. */
  public static String text(List<Measurement> results) {
    StringBuilder text = new StringBuilder();
    for (Measurement m : results) {
      text.append(
          "%-6s %8.3f ms, spread %.0f%%"
              .formatted(m.name(), m.nanoseconds() / 1e6, m.spread() * 100));
      if (m.details().containsKey("cvms")) {
        text.append(
            "; %d cVMs: %d MiB resident, %d MiB more than before"
                .formatted(
                    m.details().get("cvms"),
                    m.details().get("resident_bytes") >> 20,
                    m.details().get("added_bytes") >> 20));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
