package org.capvm.testsuite.capability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capvm.testsuite.process.Command;

/** Builds the programs of {@code src/test/capability}. */
final class CapabilityPrograms {
  static final Path SOURCES = Path.of("src/test/capability").toAbsolutePath();

  /** Where e_flags lie in an ELF header. */
  private static final int FLAGS = 0x30;

  private CapabilityPrograms() {}

  /**
   * Builds a bare program.
   *
   * @param name of an assembly source, or of a C source with its ending
   * @param flags to add to its e_flags, which the assembler does not know
   */
  static Path build(Path folder, String name, int flags) throws IOException, InterruptedException {
    String file = name.contains(".") ? name : name + ".S";
    return build(folder, SOURCES.resolve(file), flags);
  }

  /** As the other, from any source. */
  static Path build(Path folder, Path source, int flags) throws IOException, InterruptedException {
    Path program = folder.resolve("program");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-O2",
                "-nostdlib",
                "-static",
                "-Wl,--no-relax",
                "-Wa,-mno-relax",
                "-I" + SOURCES,
                "-o",
                program.toString(),
                source.toString()))
        .succeed();
    byte[] content = Files.readAllBytes(program);
    ByteBuffer elf = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(FLAGS, elf.getInt(FLAGS) | flags);
    return Files.write(program, content);
  }
}
