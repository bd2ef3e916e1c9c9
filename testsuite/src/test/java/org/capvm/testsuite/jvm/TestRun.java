package org.capvm.testsuite.jvm;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.time.Duration;
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
 * afterwards is its doing. {@code -Dcapvm.test.seconds=N} ends it when one test takes longer.
 */
final class TestRun {
  static final String MARK = "-- ";

  /** Exit status when a test failed. */
  static final int FAILED = 3;

  /** Exit status when a test took too long. */
  static final int HUNG = 5;

  /** Exit status when there was nothing to run. */
  private static final int EMPTY = 4;

  private static final int SECONDS = Integer.getInteger("capvm.test.seconds", 0);

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
    private volatile Thread watch;

    @Override
    public void executionStarted(TestIdentifier test) {
      if (test.isTest() && SECONDS > 0) {
        watch = Thread.ofPlatform().daemon().start(() -> haltAfter(test.getDisplayName()));
      }
    }

    private static void haltAfter(String name) {
      try {
        Thread.sleep(Duration.ofSeconds(SECONDS));
        System.err.println(name + " takes too long");
        Runtime.getRuntime().halt(HUNG);
      } catch (InterruptedException e) {
        // It ended in time.
      }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      tests += test.isTest() ? 1 : 0;
      if (test.isTest() && watch != null) {
        watch.interrupt();
      }
      if (result.getStatus() == TestExecutionResult.Status.FAILED) {
        System.err.println(test.getDisplayName() + ": " + result.getThrowable().orElse(null));
        Runtime.getRuntime().halt(FAILED);
      }
    }
  }
}
