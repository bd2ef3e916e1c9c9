package org.capvm.testsuite.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.process.Command;

/** User-mode qemu, which shows only what programs wrote. */
final class Qemu {
  /** One shell runs them all: starting a process from a JVM takes as long as two programs. */
  private static final String RUN_ALL =
      "i=0; while [ $i -lt $1 ]; do qemu-riscv64 ./$i > $i.output; i=$((i + 1)); done";

  private Qemu() {}

  /** What each program writes; what qemu does not run to its end has written less, or nothing. */
  static List<byte[]> run(List<Assembly> programs) {
    try {
      Path folder = Files.createTempDirectory("random");
      try {
        for (int i = 0; i < programs.size(); i++) {
          Path file = Files.write(folder.resolve("" + i), programs.get(i).elf());
          if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
          }
        }
        new Command(List.of("sh", "-c", RUN_ALL, "sh", "" + programs.size()))
            .withFolder(folder)
            .run();
        List<byte[]> outputs = new ArrayList<>();
        for (int i = 0; i < programs.size(); i++) {
          outputs.add(Files.readAllBytes(folder.resolve(i + ".output")));
        }
        return outputs;
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
