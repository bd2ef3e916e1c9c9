package org.capvm.intravisor.start;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/** What a cVM will need, begun on another processor while the command line is read. */
public final class HeadStart {
  private static final Path THREADS = Path.of("/proc/self/task");

  /** How the host's kernel names C2's threads, in its 15 characters. */
  private static final String C2 = "C2 CompilerThre";

  /**
   * Of 0 (as all threads) to 19. On two processors C2 kept guest and C1 waiting for code that a
   * short run never executes: {@code python3 -c 'print(1)'} took 2.8 s, with 5 it takes 2.45, with
   * 19 2.3. With 5, C2 still has a quarter of a processor when guest threads use all of them.
   */
  private static final int C2_NICENESS = 5;

  private static final int PRIO_PROCESS = 0;

  private HeadStart() {}

  /** Returns at once. */
  public static void begin() {
    Thread.ofPlatform().daemon().name("head start").start(HeadStart::prepare);
  }

  private static void prepare() {
    // The first call links the foreign function, which is 50 ms of the JDK's own work.
    HostSystem.call(HostNumbers.GETTID);
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("comm")).startsWith(C2)) {
          int id = Integer.parseInt(thread.getFileName().toString());
          HostSystem.call(HostNumbers.SETPRIORITY, PRIO_PROCESS, id, C2_NICENESS);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Threads end, and a host need not have /proc: C2 is only as eager as the JVM makes it.
    }
  }
}
