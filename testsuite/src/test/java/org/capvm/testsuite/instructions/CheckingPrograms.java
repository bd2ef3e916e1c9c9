package org.capvm.testsuite.instructions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.process.Command;

/**
 * Builds the self-checking programs: static executables of riscv64 Linux, one for each instruction
 * of RV64GC. {@code testsuite/recorded/instructions/programs} starts it outside of the tests.
 */
final class CheckingPrograms {
  private static final Path MACROS = Path.of("src/test/isa").toAbsolutePath();

  private CheckingPrograms() {}

  /**
   * Builds all of them.
   *
   * @param arguments the folder, which is made if it does not exist
   */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      System.err.println("usage: CheckingPrograms FOLDER");
      System.exit(2);
    }
    build(Path.of(arguments[0]));
  }

  /** Builds all of them into a folder, with their sources below {@code source}. */
  static List<Path> build(Path folder) {
    return CheckingProgram.all().parallelStream().map(program -> build(program, folder)).toList();
  }

  /** Builds one; the executable. */
  static Path build(CheckingProgram program, Path folder) {
    Path sources = folder.resolve("source");
    Path source = sources.resolve(program.name() + ".s");
    Path executable = folder.resolve(program.name());
    try {
      Files.createDirectories(sources);
      Files.writeString(source, program.source());
      new Command(
              List.of(
                  "riscv64-linux-gnu-gcc",
                  "-march=rv64gc",
                  "-mno-relax",
                  "-static",
                  "-nostdlib",
                  "-Wl,--no-relax,--build-id=none,--section-start=.scratch=0x300000",
                  "-Wa,-I" + MACROS,
                  "-o",
                  executable.toString(),
                  source.toString()))
          .succeed();
      return executable;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
