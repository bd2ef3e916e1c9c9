package org.capvm.testsuite.jvm;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests, classes or {@code CLASS#METHOD}, one after the other until one fails. The name of
 * each goes to the standard output when it starts, behind {@link #MARK}: whatever ends this process
 * afterwards is its doing.
 */
final class TestRun {
  static final String MARK = "-- ";

  /** Exit status when a test failed. */
  static final int FAILED = 3;

  /** Exit status when there was nothing to run. */
  private static final int EMPTY = 4;

  private TestRun() {}

  public static void main(String[] arguments) {
    Launcher launcher = LauncherFactory.create();
    for (String name : arguments) {
      System.out.println(MARK + name);
      DiscoverySelector selector = name.contains("#") ? selectMethod(name) : selectClass(name);
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request().selectors(selector).build();
      FailFast listener = new FailFast();
      launcher.execute(request, listener);
      if (listener.tests == 0) {
        System.err.println("no tests in " + name);
        Runtime.getRuntime().halt(EMPTY);
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static final class FailFast implements TestExecutionListener {
    private int tests;

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      tests += test.isTest() ? 1 : 0;
      if (result.getStatus() == TestExecutionResult.Status.FAILED) {
        System.err.println(test.getDisplayName() + ": " + result.getThrowable().orElse(null));
        Runtime.getRuntime().halt(FAILED);
      }
    }
  }
}
