package org.capvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds the kernels for the host and for riscv64 from one source with the same options.
 *
 * @param nativeProgram the host's build
 * @param guestProgram the static riscv64 build
 */
record KernelBuild(Path nativeProgram, Path guestProgram) {
  /**
   * Loops stay loops (gcc would replace some by calls of memcpy and strlen), and multiplications
   * and additions stay apart (gcc would fuse them on riscv64 only, and the checksums would differ).
   */
  private static final List<String> OPTIONS =
      List.of(
          "-O2",
          "-std=gnu11",
          "-ffp-contract=off",
          "-fno-math-errno",
          "-fno-tree-loop-distribute-patterns");

  static KernelBuild build(Path sources, Path target) throws IOException, InterruptedException {
    Files.createDirectories(target);
    List<String> files;
    try (Stream<Path> list = Files.list(sources)) {
      files = list.map(Path::toString).filter(name -> name.endsWith(".c")).sorted().toList();
    }
    Path nativeProgram = target.resolve("kernels-native");
    Path guestProgram = target.resolve("kernels-riscv64");
    compile(List.of("gcc"), files, nativeProgram);
    compile(List.of("riscv64-linux-gnu-gcc", "-static"), files, guestProgram);
    return new KernelBuild(nativeProgram, guestProgram);
  }

  private static void compile(List<String> compiler, List<String> files, Path output)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(compiler);
    command.addAll(OPTIONS);
    command.add("-o");
    command.add(output.toString());
    command.addAll(files);
    command.add("-lm");
    Execution.of(command, null);
  }

  Path programFor(Subject subject) {
    return subject.guest() ? guestProgram : nativeProgram;
  }
}
