package org.capvm.testsuite.size;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints at the end how long the tests of each package took. */
public final class TimesByPackage implements TestExecutionListener {
  private static final String ROOT = "org.capvm.testsuite.";

  private final Map<String, Long> started = new ConcurrentHashMap<>();
  private final Map<String, Long> nanoseconds = new TreeMap<>();

  @Override
  public void executionStarted(TestIdentifier test) {
    if (isClass(test)) {
      started.put(test.getUniqueId(), System.nanoTime());
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (isClass(test)) {
      String name = ((ClassSource) test.getSource().orElseThrow()).getClassName();
      long time = System.nanoTime() - started.remove(test.getUniqueId());
      if (name.startsWith(ROOT)) {
        String part = name.substring(ROOT.length(), name.lastIndexOf('.'));
        nanoseconds.merge(part, time, Long::sum);
      }
    }
  }

  private static boolean isClass(TestIdentifier test) {
    return test.getSource().orElse(null) instanceof ClassSource
        && !test.getParentId().isEmpty()
        && test.isContainer();
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (nanoseconds.size() > 1) {
      StringBuilder text = new StringBuilder();
      text.append("Time of the suites, size ").append(SuiteSize.chosen()).append(":\n");
      nanoseconds.forEach((name, time) -> text.append("%8.1f s  %s%n".formatted(time / 1e9, name)));
      System.out.print(text);
    }
  }
}
