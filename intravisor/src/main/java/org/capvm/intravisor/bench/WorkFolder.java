package org.capvm.intravisor.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A temporary folder with the programs of the benchmarks, removed with them. */
final class WorkFolder implements AutoCloseable {
  private final Path path;
  private final List<Path> files = new ArrayList<>();

  WorkFolder() throws BenchmarkException {
    try {
      path = Files.createTempDirectory("capvm-bench-");
    } catch (IOException e) {
      throw new BenchmarkException("no folder for temporary files: " + e.getMessage(), e);
    }
  }

  /** The file of a name in it, which is removed with the folder. */
  Path file(String name) {
    Path file = path.resolve(name);
    files.add(file);
    return file;
  }

  /** A file that comes with Capvm. */
  Path unpack(String name) throws BenchmarkException {
    Path file = file(name);
    try (InputStream content = WorkFolder.class.getResourceAsStream(name)) {
      Files.copy(content, file);
      return file;
    } catch (IOException e) {
      throw new BenchmarkException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It stays in the host's folder for temporary files.
    }
  }
}
