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

  private static final List<String> OPTIONS = List.of("-O2", "-Wall", "-Wno-infinite-recursion");

  private static final Path TARGET = Path.of("target/guest");

  private CrossCompiler() {}

  /** Builds a program unless that was done since its source changed; returns its path. */
  static Path build(GuestSource source) throws InterruptedException {
    for (String library : source.words("library")) {
      buildLibrary(library);
    }
    Path program = TARGET.resolve(source.name()).toAbsolutePath();
    if (isNewer(program, source.file())) {
      return program;
    }
    List<String> words = new ArrayList<>();
    words.add(source.isCpp() ? "riscv64-linux-gnu-g++" : "riscv64-linux-gnu-gcc");
    words.addAll(OPTIONS);
    if (!source.isDynamic()) {
      words.add("-static");
    }
    words.addAll(source.words("build"));
    words.addAll(List.of(source.file().toString(), "-lm"));
    Command.make(words, program);
    return program;
  }

  /** Builds a shared library beside the programs. */
  private static void buildLibrary(String name) throws InterruptedException {
    Path source = GuestSource.FOLDER.resolve("library").resolve(name + ".c");
    Path library = TARGET.resolve(name + ".so").toAbsolutePath();
    if (!isNewer(library, source)) {
      List<String> words = new ArrayList<>(List.of("riscv64-linux-gnu-gcc", "-shared", "-fPIC"));
      words.addAll(OPTIONS);
      words.add(source.toString());
      Command.make(words, library);
    }
  }

  /** Whether a file was built since its source changed; makes its folder. */
  private static boolean isNewer(Path built, Path source) {
    try {
      Files.createDirectories(TARGET);
      return Files.exists(built)
          && Files.getLastModifiedTime(built).compareTo(Files.getLastModifiedTime(source)) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
