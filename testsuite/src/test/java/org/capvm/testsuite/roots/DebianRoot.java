package org.capvm.testsuite.roots;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder with Debian's riscv64 packages that {@code testsuite/roots/fetch} makes. */
public final class DebianRoot {
  private DebianRoot() {}

  /** The cache of everything that tests keep outside of the tree. */
  public static Path cache() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("capvm");
  }

  /**
   * The folder, by a name that changes with the list of packages.
   *
   * @throws AssertionError when it was never fetched, saying how to get it
   */
  public static Path path() {
    Path root = cache().resolve("roots/trixie");
    if (!Files.isDirectory(root)) {
      throw new AssertionError(root + " is missing: testsuite/roots/fetch makes it");
    }
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
