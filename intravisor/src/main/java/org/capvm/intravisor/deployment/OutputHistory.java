package org.capvm.intravisor.deployment;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last lines that the cVMs of a deployment printed, for those who ask later or go on asking.
 */
public final class OutputHistory {
  private static final long MOST_BYTES = 4 << 20;

  /** What a line takes besides its bytes, so that empty lines fill no memory either. */
  private static final int LINE_OVERHEAD = 64;

  /** Lines, and the number of the one that comes after them. */
  public record Lines(List<byte[]> lines, long next) {}

  private final Deque<byte[]> lines = new ArrayDeque<>();
  private long bytes;
  private long next;
  private boolean complete;

  private synchronized void add(byte[] line) {
    lines.addLast(line);
    next++;
    bytes += line.length + LINE_OVERHEAD;
    while (bytes > MOST_BYTES) {
      bytes -= lines.removeFirst().length + LINE_OVERHEAD;
    }
    notifyAll();
  }

  /** No line follows any more. */
  public synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /** Whether there will be no more lines. */
  public synchronized boolean isComplete() {
    return complete;
  }

  /**
   * The lines from a number on that are still there, each with its end.
   *
   * @param patience how long to wait for one, in milliseconds, when there is none; 0 for not at all
   */
  public synchronized Lines from(long first, long patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience * 1_000_000;
    while (next <= first && !complete) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    long oldest = next - lines.size();
    List<byte[]> found = new ArrayList<>();
    long number = oldest;
    for (byte[] line : lines) {
      if (number >= first) {
        found.add(line);
      }
      number++;
    }
    return new Lines(found, next);
  }

  /** A stream whose lines are added, each when it is complete. */
  public OutputStream stream() {
    return new Collector();
  }

  private final class Collector extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      line.write(b);
      if (b == '\n') {
        add(line.toByteArray());
        line.reset();
      }
    }
  }
}
