package org.capvm.testsuite.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Ends this JVM when the thread that made it takes too long for one case. Processor time is what
 * counts: a busy machine is no hang. A thread that waits uses none, hence the limit of wall time,
 * which is counted in looks: a JVM that was stopped for a while did not look.
 */
final class Watchdog {
  /** Exit status of the JVM when a case did not end. */
  static final int HANGS = 4;

  private static final long MOST_PROCESSOR_TIME = 20_000_000_000L;
  private static final int LOOK_MILLIS = 500;
  private static final int MOST_LOOKS = 240;

  /** Bytes that one case may allocate: files are small. */
  private static final long MOST_ALLOCATED = 4L << 30;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Thread watched = Thread.currentThread();
  private final Consumer<String> report;
  private volatile long processorTime;
  private final AtomicInteger looks = new AtomicInteger();
  private volatile long allocated;

  /**
   * @param report receives where the case was when it was ended
   */
  Watchdog(Consumer<String> report) {
    this.report = report;
    begin();
    Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
  }

  /** A new case begins. */
  void begin() {
    processorTime = threads.getThreadCpuTime(watched.threadId());
    looks.set(0);
    allocated = threads.getThreadAllocatedBytes(watched.threadId());
  }

  /** What the case took too much of, or null. */
  String excess() {
    long bytes = threads.getThreadAllocatedBytes(watched.threadId()) - allocated;
    return bytes > MOST_ALLOCATED ? "allocated " + bytes + " bytes" : null;
  }

  private void watch() {
    while (true) {
      if (threads.getThreadCpuTime(watched.threadId()) - processorTime > MOST_PROCESSOR_TIME
          || looks.get() > MOST_LOOKS) {
        StringBuilder text = new StringBuilder("does not end\n");
        Arrays.stream(watched.getStackTrace())
            .forEach(frame -> text.append("  ").append(frame).append('\n'));
        report.accept(text.toString());
        Runtime.getRuntime().halt(HANGS);
      }
      try {
        Thread.sleep(LOOK_MILLIS);
        looks.incrementAndGet();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
