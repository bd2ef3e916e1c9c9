package org.capvm.testsuite.bare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.testsuite.process.Command;

/** Builds the programs of {@code src/test/bare}. */
public final class BareProgram {
  /** What a program's header says about capabilities. */
  public enum Use {
    /** Nothing: it runs as RV64GC. */
    NONE(0),
    /** Integers are pointers, under PCC and DDC. */
    HYBRID(0x1_0000),
    /** It begins in capability mode. */
    PURE(0x3_0000);

    private final int flags;

    Use(int flags) {
      this.flags = flags;
    }
  }

  public static final Path SOURCES = Path.of("src/test/bare").toAbsolutePath();
  private static final Path MACROS = Path.of("src/test/capability").toAbsolutePath();

  /** Where e_flags lie in an ELF header. */
  private static final int FLAGS = 0x30;

  private BareProgram() {}

  /**
   * Builds a program.
   *
   * @param name of its source
   * @param options more of the compiler's
   */
  public static Path build(Path folder, String name, Use use, String... options)
      throws IOException, InterruptedException {
    Path program = folder.resolve(name.replaceFirst("\\..*", "-" + use));
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(
        0,
        List.of(
            "riscv64-linux-gnu-gcc",
            "-O2",
            "-nostdlib",
            "-ffreestanding",
            "-fno-tree-loop-distribute-patterns",
            "-static",
            "-Wl,--no-relax",
            "-Wa,-mno-relax",
            "-I" + MACROS,
            "-o",
            program.toString(),
            SOURCES.resolve(name).toString()));
    new Command(words).succeed();
    byte[] content = Files.readAllBytes(program);
    ByteBuffer elf = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(FLAGS, elf.getInt(FLAGS) | use.flags);
    return Files.write(program, content);
  }
}
