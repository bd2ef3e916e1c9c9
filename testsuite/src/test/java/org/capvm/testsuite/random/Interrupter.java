package org.capvm.testsuite.random;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.capvm.runtime.hart.Hart;

/** A thread that interrupts a hart again and again, at irregular times. */
final class Interrupter extends Thread implements AutoCloseable {
  private static final int LONGEST_PAUSE_NANOSECONDS = 60_000;

  private final Hart hart;
  private volatile boolean closed;

  Interrupter(Hart hart) {
    this.hart = hart;
    setDaemon(true);
  }

  @Override
  public void run() {
    while (!closed) {
      hart.requestInterrupt();
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(LONGEST_PAUSE_NANOSECONDS));
    }
  }

  @Override
  public void close() {
    closed = true;
    interrupt();
    try {
      join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
