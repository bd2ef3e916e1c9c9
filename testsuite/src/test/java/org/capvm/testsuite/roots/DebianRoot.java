package org.capvm.testsuite.roots;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder with Debian's riscv64 packages that {@code testsuite/roots/fetch} makes. */
public final class DebianRoot {
  private DebianRoot() {}

  /** The folder. A missing one fails the test and says how to get it. */
  public static Path path() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    Path root = base.resolve("capvm/roots/trixie");
    if (!Files.isDirectory(root)) {
      throw new AssertionError(root + " is missing: testsuite/roots/fetch makes it");
    }
    return root;
  }

  /** A file in the folder, by its absolute path there. */
  public static Path file(String name) {
    Path file = path().resolve(name.substring(1));
    if (!Files.isRegularFile(file)) {
      throw new AssertionError(file + " is missing: run testsuite/roots/fetch again");
    }
    return file;
  }
}
