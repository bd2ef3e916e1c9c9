package org.capvm.testsuite.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of unmodified riscv64 Debian packages that {@code testsuite/roots/fetch} makes. */
final class DebianRoot {
  private DebianRoot() {}

  /** The cache of everything that tests keep outside of the tree. */
  static Path cache() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("capvm");
  }

  /**
   * The root folder.
   *
   * @throws AssertionError when it was never fetched
   */
  static Path path() {
    Path root = cache().resolve("roots/trixie");
    if (!Files.exists(root)) {
      throw new AssertionError("no folder " + root + ": run testsuite/roots/fetch");
    }
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
