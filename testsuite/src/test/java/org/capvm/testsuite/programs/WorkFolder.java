package org.capvm.testsuite.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A temporary folder for one run of a program, which may write to it.
 *
 * @param path of the folder
 */
record WorkFolder(Path path) implements AutoCloseable {
  static WorkFolder empty() {
    try {
      return new WorkFolder(Files.createTempDirectory("program"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static WorkFolder copyOf(Path folder) {
    WorkFolder work = empty();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, work.path.resolve(file.getFileName()));
      }
      return work;
    } catch (IOException e) {
      work.close();
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
