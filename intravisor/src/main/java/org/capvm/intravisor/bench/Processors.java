package org.capvm.intravisor.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * The two processors on which the two ends of everything run.
 *
 * @param first of the end that sends and copies
 * @param second of the end that receives; the first again where the host gives only one
 */
record Processors(int first, int second) {
  private static final int BITS = 1024;

  /** The first two that this process may use. */
  static Processors ofHost() throws BenchmarkException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String list =
          lines
              .filter(line -> line.startsWith("Cpus_allowed_list:"))
              .map(line -> line.replaceFirst(".*:\\s*", ""))
              .findFirst()
              .orElse("0");
      List<Integer> all = new ArrayList<>();
      for (String range : list.split(",")) {
        String[] ends = range.split("-");
        for (int n = Integer.parseInt(ends[0]); n <= Integer.parseInt(ends[ends.length - 1]); n++) {
          all.add(n);
        }
      }
      return new Processors(all.getFirst(), all.get(Math.min(1, all.size() - 1)));
    } catch (IOException e) {
      throw new BenchmarkException("the host does not say which processors there are", e);
    }
  }

  boolean areTwo() {
    return first != second;
  }

  /** Keeps all threads of this process whose names begin in some way on one processor. */
  static void pin(String threads, int processor) throws BenchmarkException {
    try (Arena arena = Arena.ofConfined();
        Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      MemorySegment set = arena.allocate(BITS / Byte.SIZE);
      set.set(ValueLayout.JAVA_BYTE, processor / Byte.SIZE, (byte) (1 << processor % Byte.SIZE));
      for (Path task : tasks.toList()) {
        if (Files.readString(task.resolve("comm")).startsWith(threads)) {
          int number = Integer.parseInt(task.getFileName().toString());
          long error =
              HostSystem.call(HostNumbers.SCHED_SETAFFINITY, number, set.byteSize(), set.address());
          if (error < 0) {
            throw new BenchmarkException("the host lets no thread choose a processor: " + -error);
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new BenchmarkException("the threads of this process cannot be listed", e);
    }
  }
}
