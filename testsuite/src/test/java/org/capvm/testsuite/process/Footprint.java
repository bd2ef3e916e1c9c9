package org.capvm.testsuite.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process has of its host.
 *
 * @param heap bytes of objects
 * @param resident bytes of memory
 * @param address bytes of address space
 * @param mappings of memory
 * @param descriptors open files
 * @param threads of Java
 */
public record Footprint(
    long heap, long resident, long address, long mappings, long descriptors, int threads) {
  private static final int PAGE = 4096;

  /** Threads of pools that end after a while. */
  private static final int POOLED = 4;

  /** Mappings that stacks, code and heaps of the JVM may still take. */
  private static final int OTHER_MAPPINGS = 150;

  /** How often it is measured until it has settled: 20 s on a machine that does nothing else. */
  private static final int TRIES = 100;

  /** What there is now, without objects that nobody uses. */
  public static Footprint now() throws IOException, InterruptedException {
    // Memory of objects that are gone is given back by a thread behind the collection.
    System.gc();
    Thread.sleep(100);
    System.gc();
    Thread.sleep(100);
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
        Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
      return new Footprint(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          Long.parseLong(pages[1]) * PAGE,
          Long.parseLong(pages[0]) * PAGE,
          mappings.count(),
          descriptors.count(),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }
  }

  /** Measured when it is what it was before, or has had time to be. */
  public static Footprint settled(Footprint before, long moreMemory)
      throws IOException, InterruptedException {
    Footprint now = now();
    for (int i = 0; i < TRIES && !now.excess(before, moreMemory).isEmpty(); i++) {
      now = now();
    }
    return now;
  }

  private String excess(Footprint before, long moreMemory) {
    StringBuilder excess = new StringBuilder();
    excess.append(descriptors > before.descriptors ? "descriptors " : "");
    excess.append(threads > before.threads + POOLED ? "threads " : "");
    excess.append(mappings > before.mappings + OTHER_MAPPINGS ? "mappings " : "");
    excess.append(heap > before.heap + moreMemory ? "heap " : "");
    excess.append(resident > before.resident + moreMemory ? "memory " : "");
    excess.append(address > before.address + 2 * moreMemory ? "address space " : "");
    return excess.toString();
  }

  /**
   * That there is no more than before.
   *
   * @param moreMemory bytes that code, classes and profiles may take that were not there
   */
  public void assertNoMoreThan(Footprint before, long moreMemory) {
    String excess = excess(before, moreMemory);
    assertTrue(excess.isEmpty(), () -> excess + "\nbefore " + before + "\nafter  " + this);
  }
}
