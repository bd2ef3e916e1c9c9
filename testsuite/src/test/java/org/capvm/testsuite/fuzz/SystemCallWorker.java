package org.capvm.testsuite.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The process in which a guest makes random system calls, and which counts what they leave. */
final class SystemCallWorker {
  /** Exit status when something was wrong. */
  static final int FAILED = 3;

  /** Processes before the first count: classes, pools and buffers exist once. */
  private static final int WARM_UP = 12;

  /** Threads of pools that end after a while. */
  private static final int MOST_THREADS = 4;

  /** Bytes that code, classes and profiles may still take after the warm-up. */
  private static final long MOST_MEMORY = 160L << 20;

  /** A guest's memory, in the units of the command line and in bytes. */
  private static final String MEMORY = "256M";

  private static final long MEMORY_BYTES = 256L << 20;

  /**
   * What this JVM holds of the host.
   *
   * @param descriptors open files
   * @param threads of any kind
   * @param address bytes of address space
   * @param resident bytes of memory
   */
  private record Holdings(long descriptors, long threads, long address, long resident) {
    private static final int PAGE = 4096;

    static Holdings now() throws IOException, InterruptedException {
      System.gc();
      // Threads that were told to end still do.
      Thread.sleep(3000);
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return new Holdings(
          count("/proc/self/fd"),
          count("/proc/self/task"),
          Long.parseLong(pages[0]) * PAGE,
          Long.parseLong(pages[1]) * PAGE);
    }

    private static long count(String folder) throws IOException {
      try (Stream<Path> entries = Files.list(Path.of(folder))) {
        return entries.count();
      }
    }
  }

  private SystemCallWorker() {}

  /** Arguments: a folder, the program, the first seed, and how many processes make calls. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]);
    CommandRun command = new CommandRun(folder.resolve("output"));
    String problems = run(command, arguments[1], "1000000", WARM_UP);
    Holdings before = Holdings.now();
    problems += run(command, arguments[1], arguments[2], Integer.parseInt(arguments[3]));
    Holdings after = Holdings.now();
    if (after.descriptors() > before.descriptors()
        || after.threads() > before.threads() + MOST_THREADS
        || after.address() > before.address() + MEMORY_BYTES
        || after.resident() > before.resident() + MOST_MEMORY) {
      problems += "something is left\n";
    }
    Files.writeString(
        folder.resolve("report"), problems + "before " + before + "\nafter  " + after + "\n");
    Runtime.getRuntime().halt(problems.isEmpty() ? 0 : FAILED);
  }

  private static String run(CommandRun command, String program, String first, int processes) {
    CommandRun.Result result =
        command.execute("run", "--memory", MEMORY, program, first, Integer.toString(processes));
    boolean good =
        result.status() == 0
            && result.message().isEmpty()
            && result.log().isEmpty()
            && result.output().equals("descriptors 0\n");
    return good ? "" : result + "\n";
  }
}
