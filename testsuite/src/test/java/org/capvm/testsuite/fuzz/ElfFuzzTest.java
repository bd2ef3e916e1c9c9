package org.capvm.testsuite.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.testsuite.jvm.WorkerJvm;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damaged ELF files, given to {@code cvm inspect}, {@code disasm}, {@code translate} and {@code
 * run} in one JVM: each ends with success or one message that names the file; both engines do the
 * same. A third each is damaged in headers, in tables (dynamic, TLS, unwind, symbols, relocations)
 * and in code.
 *
 * <p>Two differences of the engines are not counted: faults of programs that do not handle them,
 * because fast code ignores page permissions, and damaged code of such programs, which may break
 * the calling convention.
 *
 * <p>{@code -Dcapvm.fuzz.count=N} tries N files, {@code -Dcapvm.fuzz.first=NUMBER} begins with
 * another one than 0, {@code -Dcapvm.fuzz.file=FILE} does everything with one file.
 */
@Tag("slow")
class ElfFuzzTest {
  private static final Path SAVED = Path.of("src/test/fuzz");
  private static final Path FOLDER = Path.of("target/fuzz/elf").toAbsolutePath();
  private static final long FIRST = Long.getLong("capvm.fuzz.first", 0);
  private static final int COUNT = SuiteSize.number("capvm.fuzz.count", 1_000, 10_000, 200_000);
  private static final int SHRINKING_TRIES = 60;
  private static final int REPLAY_SECONDS = 240;

  /** For the slowest machine; most cases take 10 ms, some 1 s, which is the limit of a run. */
  private static final int SECONDS = 600 + COUNT;

  @Test
  void savedFiles() throws IOException {
    String one = System.getProperty("capvm.fuzz.file");
    try (Stream<Path> files = one == null ? Files.list(SAVED) : Stream.of(Path.of(one))) {
      String[] names =
          files
              .map(file -> file.toAbsolutePath().toString())
              .filter(name -> name.endsWith(".elf"))
              .sorted()
              .toArray(String[]::new);
      WorkerJvm jvm = new WorkerJvm(ElfWorker.class, FOLDER, SECONDS);
      assertEquals(0, jvm.run(names), () -> jvm.left("report") + jvm.left("hang"));
    }
  }

  @Test
  void damagedFiles() throws IOException, InterruptedException {
    if (System.getProperty("capvm.fuzz.file") != null) {
      return;
    }
    WorkerJvm jvm = new WorkerJvm(ElfWorker.class, FOLDER, SECONDS);
    int status = jvm.run("--from", Long.toString(FIRST), Integer.toString(COUNT));
    System.out.printf("cases %d to %d%n%s", FIRST, FIRST + COUNT - 1, jvm.left("report"));
    if (status != 0 && status != ElfWorker.FAILED) {
      // The case ended or stopped its JVM: every further attempt needs one of its own.
      String seen = jvm.left("hang") + jvm.left("errors");
      throw new AssertionError("status " + status + "\n" + saveSmallest(jvm) + seen);
    }
    assertEquals(0, status, () -> jvm.left("report"));
  }

  private static String saveSmallest(WorkerJvm jvm) throws IOException, InterruptedException {
    String number = jvm.left("case");
    if (number.isEmpty()) {
      return "before the first case\n";
    }
    Seeds seeds = Seeds.make(FOLDER.resolve("seeds"));
    ElfCase tried = ElfCase.make(seeds, Long.parseLong(number));
    byte[] good = tried.seed().content();
    Path file = FOLDER.resolve(tried.name() + ".elf");
    byte[] smallest =
        ByteShrinker.shrink(good, tried.content(), bytes -> fails(file, bytes), SHRINKING_TRIES);
    Files.write(file, smallest);
    return file + " " + tried.way() + "\n" + ByteShrinker.describe(good, smallest);
  }

  private static boolean fails(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    WorkerJvm jvm = new WorkerJvm(ElfWorker.class, FOLDER, REPLAY_SECONDS);
    return !List.of(0, ElfWorker.FAILED).contains(jvm.run(file.toString()));
  }
}
