package org.capvm.testsuite.ipc;

import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.process.Command;

/** Builds the Linux programs of {@code src/test/ipc}. */
final class LinuxProgram {
  private static final Path SOURCES = Path.of("src/test/ipc").toAbsolutePath();

  private LinuxProgram() {}

  /** Builds a static program from a source. */
  static Path build(Path folder, String name) throws InterruptedException {
    Path program = folder.resolve(name);
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-Wall",
                "-static",
                "-o",
                program.toString(),
                SOURCES.resolve(name + ".c").toString()))
        .succeed();
    return program;
  }
}
