package org.capvm.testsuite.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command to run to its end.
 *
 * @param words the program and its arguments
 * @param folder its current folder
 * @param input the file that is its standard input
 * @param seconds after which it is killed and the test fails
 */
public record Command(List<String> words, Path folder, Path input, int seconds) {

  public Command(List<String> words) {
    this(words, Path.of("").toAbsolutePath(), Path.of("/dev/null"), 120);
  }

  public Command withFolder(Path current) {
    return new Command(words, current, input, seconds);
  }

  public Command withInput(Path file) {
    return new Command(words, folder, file, seconds);
  }

  public Command withSeconds(int limit) {
    return new Command(words, folder, input, limit);
  }

  /**
   * Runs it.
   *
   * @throws AssertionError when it does not end in time
   */
  public Outcome run() throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("command");
      try {
        return run(folder.resolve("output"), folder.resolve("errors"));
      } finally {
        Files.deleteIfExists(folder.resolve("output"));
        Files.deleteIfExists(folder.resolve("errors"));
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome run(Path output, Path errors) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        throw new AssertionError(
            "not finished after %d s: %s%n%s%s"
                .formatted(
                    seconds,
                    String.join(" ", words),
                    Files.readString(output),
                    Files.readString(errors)));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), Files.readAllBytes(output), Files.readAllBytes(errors));
  }

  /**
   * Has a compiler make a file, which appears when it is complete: suites that run at the same time
   * make and use the same programs.
   *
   * @param compiler with all its arguments but the name of the file
   */
  public static void make(List<String> compiler, Path file) throws InterruptedException {
    Path partial = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    List<String> words = new ArrayList<>(compiler);
    words.addAll(List.of("-o", partial.toString()));
    try {
      new Command(words).succeed();
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs it and expects success.
   *
   * @throws AssertionError when its status is not 0
   */
  public Outcome succeed() throws InterruptedException {
    Outcome outcome = run();
    if (outcome.status() != 0) {
      throw new AssertionError(
          "status %d from %s%n%s"
              .formatted(outcome.status(), String.join(" ", words), outcome.errorText()));
    }
    return outcome;
  }
}
