package org.capvm.testsuite.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.capvm.testsuite.jvm.TestJvm;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every known fault is found by some suite, in a JVM of its own: a fault may end it or never end.
 *
 * <p>The nightly size plants all of them, else a few; {@code -Dcapvm.faults=TEXT} those whose line
 * has the text.
 */
@Tag("slow")
class FaultsTest {
  private static final Path FOLDER = Path.of("target/faults").toAbsolutePath();

  /** Of how many faults one is planted every day. */
  private static final int EVERY = SuiteSize.isNightly() ? 1 : 6;

  /** The quick suites take 20 s, the thorough ones 100 s, where there is no fault. */
  private static final int QUICK_SECONDS = 240;

  private static final int THOROUGH_SECONDS = 900;

  /** Fewer cases and programs than every day: few faults are shy. */
  private static final List<String> QUICK =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-Dcapvm.instructions.cases=16",
          "-Dcapvm.random.count=80",
          "-Dcapvm.random.shrink=0");

  /** What runs every day, for those that are. */
  private static final List<String> THOROUGH = List.of("-Dcapvm.random.shrink=0");

  /** What found a fault, and how. */
  private record Finding(Suite suite, String how) {}

  /** Without a fault nothing is found. */
  @Test
  void soundClassesPass() throws IOException, InterruptedException {
    assertEquals(null, run(FOLDER.resolve("none"), List.of(Suite.values()), QUICK, QUICK_SECONDS));
  }

  @Test
  void everyFaultIsFound() throws IOException, InterruptedException {
    String wanted = System.getProperty("capvm.faults", "");
    List<Fault> faults = Fault.known();
    Map<Suite, Integer> counts = new EnumMap<>(Suite.class);
    List<Fault> missed = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      if (wanted.isEmpty() ? i % EVERY != 0 : !fault.toString().contains(wanted)) {
        continue;
      }
      Path folder = FOLDER.resolve(fault.toString().replace('/', '.').replace(' ', '-'));
      fault.plant(folder);
      List<Suite> suites = Suite.of(fault);
      Finding finding = run(folder, suites, QUICK, QUICK_SECONDS);
      if (finding == null) {
        finding = run(folder, suites, THOROUGH, THOROUGH_SECONDS);
      }
      if (finding == null) {
        missed.add(fault);
      } else {
        counts.merge(finding.suite, 1, Integer::sum);
      }
      System.out.printf(
          "%-12s %-8s %s%n",
          finding == null ? "-" : finding.suite, finding == null ? "MISSED" : finding.how, fault);
    }
    counts.forEach((suite, count) -> System.out.printf("%5d found by %s%n", count, suite));
    assertEquals(List.of(), missed);
  }

  /** Runs the suites with the classes of a folder before all others; null when they pass. */
  private static Finding run(Path folder, List<Suite> suites, List<String> options, int seconds)
      throws IOException, InterruptedException {
    List<String> tests = suites.stream().flatMap(suite -> suite.tests().stream()).toList();
    TestJvm.Failure failure = new TestJvm(folder, options, seconds).run(tests);
    return failure == null ? null : new Finding(Suite.of(failure.test()), failure.how());
  }
}
