package org.capvm.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that runs a benchmark program.
 *
 * @param name as reports print it
 * @param launcher the command that the program and its arguments are appended to
 * @param guest whether it runs the riscv64 build of the program rather than the host's
 * @param repetitions how often one process repeats a kernel; the last half counts as warm
 */
record Subject(String name, List<String> launcher, boolean guest, int repetitions) {

  /** The host's own build, the measure of everything. */
  static Subject nativeCode() {
    return new Subject("native", List.of(), false, 5);
  }

  /** User-mode emulation of the same riscv64 build. */
  static Subject qemu() {
    return new Subject("qemu", List.of("qemu-riscv64"), true, 3);
  }

  /**
   * The same riscv64 build under {@code cvm run}.
   *
   * @param root the folder of the repository
   */
  static Subject capvm(Path root) {
    return new Subject("capvm", List.of(root.resolve("cvm").toString(), "run"), true, 20);
  }

  /**
   * Programs of a Debian root under {@code cvm run}, whole runs.
   *
   * @param repository the folder of the repository
   */
  static Subject capvm(Path repository, String root) {
    return new Subject(
        "capvm", List.of(repository.resolve("cvm").toString(), "run", "--root", root), true, 1);
  }

  List<String> command(Path program, List<String> arguments) {
    List<String> command = new ArrayList<>(launcher);
    command.add(program.toString());
    command.addAll(arguments);
    return command;
  }
}
