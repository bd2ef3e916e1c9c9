package org.capvm.testsuite.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.jvm.TestJvm;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every known fault is found by some suite, in a JVM of its own: a fault may end it or never end.
 *
 * <p>A line of the file is {@code class method operator number suite}; the number counts places in
 * the method, so a change of the class may make another fault of a line, or one that makes no
 * difference: then choose another place. Faults that change nothing but speed are not in it, nor
 * those that only make an analysis more careful.
 *
 * <p>{@code -Dcapvm.faults=TEXT} plants those whose line has the text. Nightly every suite is asked
 * about every fault.
 */
@Tag("slow")
class FaultsTest {
  private static final Path FOLDER = Path.of("target/faults").toAbsolutePath();

  /** The quick suites take 15 s, the thorough ones 100 s, where there is no fault. */
  private static final int QUICK_SECONDS = 240;

  private static final int THOROUGH_SECONDS = 900;

  /** Fewer cases and programs than every day: few faults are shy. A test takes 3 s at most. */
  private static final List<String> QUICK =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-Dcapvm.instructions.cases=16",
          "-Dcapvm.random.count=80",
          "-Dcapvm.random.shrink=0",
          "-Dcapvm.test.seconds=30");

  /** What runs every day, for those that are. */
  private static final List<String> THOROUGH =
      List.of("-Dcapvm.size=everyday", "-Dcapvm.random.shrink=0");

  /** Without a fault nothing is found. */
  @Test
  void soundClassesPass() throws IOException, InterruptedException {
    List<String> tests = testsOf(List.of(Suite.values()));
    assertNull(new TestJvm(FOLDER.resolve("none"), QUICK, List.of(), QUICK_SECONDS).run(tests));
  }

  @Test
  void everyFaultIsFound() {
    String wanted = System.getProperty("capvm.faults", "");
    FindingTable table = new FindingTable();
    Fault.known().parallelStream()
        .filter(fault -> fault.toString().contains(wanted))
        .forEach(fault -> table.add(fault, findings(fault)));
    System.out.print(table.text());
    assertEquals(List.of(), table.missed());
  }

  private static List<Finding> findings(Fault fault) {
    Path folder = FOLDER.resolve(fault.toString().replace('/', '.').replace(' ', '-'));
    fault.plant(folder);
    TestJvm quick = new TestJvm(folder, QUICK, List.of(), QUICK_SECONDS);
    if (SuiteSize.isNightly()) {
      List<Finding> all =
          Suite.of(fault).stream().flatMap(suite -> run(quick, List.of(suite)).stream()).toList();
      if (!all.isEmpty()) {
        return all;
      }
    } else {
      List<Suite> others = new ArrayList<>(Suite.of(fault));
      others.remove(fault.finder());
      for (List<Suite> suites : List.of(List.of(fault.finder()), others)) {
        List<Finding> found = run(quick, suites);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return run(new TestJvm(folder, THOROUGH, List.of(), THOROUGH_SECONDS), Suite.of(fault));
  }

  /** What the first suite to find something found, if any. */
  private static List<Finding> run(TestJvm jvm, List<Suite> suites) {
    try {
      TestJvm.Failure failure = jvm.run(testsOf(suites));
      return failure == null
          ? List.of()
          : List.of(new Finding(Suite.of(failure.test()), failure.how()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> testsOf(List<Suite> suites) {
    return suites.stream().flatMap(suite -> suite.tests().stream()).toList();
  }
}
