package org.capvm.testsuite.jvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.capvm.testsuite.roots.DebianRoot;

/**
 * A JVM with a main class of the tests, in a folder of its own that also is its cache.
 *
 * @param main the class to run
 * @param folder its standard output is appended to {@code output} there, its report is {@code
 *     report}
 * @param working its working folder
 * @param seconds after which it is ended
 */
public record WorkerJvm(Class<?> main, Path folder, Path working, int seconds) {
  /** As much heap as a run of {@code cvm} may need for files of this size. */
  private static final String HEAP = "-Xmx512m";

  /** Status when the JVM did not end in time. */
  public static final int LATE = -1;

  /** One whose working folder is the tests'. */
  public WorkerJvm(Class<?> main, Path folder, int seconds) {
    this(main, folder, Path.of("").toAbsolutePath(), seconds);
  }

  /** Runs it; the exit status. */
  public int run(String... arguments) {
    try {
      Files.createDirectories(folder);
      Files.createDirectories(working);
      provideRoots();
      for (String name : List.of("report", "hang", "case")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Path output = Files.write(folder.resolve("output"), new byte[0]);
      ProcessBuilder builder =
          new ProcessBuilder(command(arguments))
              .directory(working.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(Redirect.appendTo(output.toFile()))
              .redirectError(folder.resolve("errors").toFile());
      builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
      Process process = builder.start();
      try {
        return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : LATE;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The Debian root, which is found through the cache. */
  private void provideRoots() throws IOException {
    Path roots = folder.resolve("cache/capvm/roots");
    Files.createDirectories(roots.getParent());
    Files.deleteIfExists(roots);
    Files.createSymbolicLink(roots, DebianRoot.cache().resolve("roots"));
  }

  private List<String> command(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
    words.add("--enable-native-access=ALL-UNNAMED");
    words.addAll(List.of(HEAP, "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
    words.add("-XX:ErrorFile=" + folder.resolve("crash"));
    words.add("-cp");
    words.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    words.add(main.getName());
    words.add(folder.toString());
    words.addAll(List.of(arguments));
    return words;
  }

  /** What it left in a file; an empty text when there is none. */
  public String left(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
