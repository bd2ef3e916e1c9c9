package org.capvm.testsuite.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.process.Command;

/** Debian's {@code riscv64-linux-gnu-gcc}, which the tests' set-up installs. */
final class CrossCompiler {
  /** Its root folder: the dynamic loader and the libraries of dynamic programs. */
  static final Path ROOT = Path.of("/usr/riscv64-linux-gnu");

  private static final Path TARGET = Path.of("target/guest");

  private CrossCompiler() {}

  /** Builds a program unless that was done since its source changed; returns its path. */
  static Path build(GuestSource source) throws InterruptedException {
    Path program = TARGET.resolve(source.name()).toAbsolutePath();
    try {
      if (Files.exists(program)
          && Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source.file()))
              > 0) {
        return program;
      }
      Files.createDirectories(TARGET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> words = new ArrayList<>();
    words.add(source.isCpp() ? "riscv64-linux-gnu-g++" : "riscv64-linux-gnu-gcc");
    words.addAll(List.of("-O2", "-Wall", "-Wno-infinite-recursion"));
    if (!source.isDynamic()) {
      words.add("-static");
    }
    words.addAll(source.words("build"));
    words.addAll(List.of("-o", program.toString(), source.file().toString(), "-lm"));
    new Command(words).succeed();
    return program;
  }
}
