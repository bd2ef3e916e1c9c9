package org.capvm.testsuite.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capvm.testsuite.process.Command;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/** Guest assembly, made a program by Debian's cross binutils. */
final class GuestAssembly {
  /** Constants of this size are addresses of the program and nothing else. */
  static final long TEXT = 0x4000_0000L;

  static final long TABLES = 0x4800_0000L;

  private static final Path TARGET = Path.of("target/golden");

  /** Functions start at multiples of this, so that a change of one does not move the others. */
  private static final int ALIGNMENT_BITS = 16;

  private static final Pattern FUNCTION = Pattern.compile("^([a-z]\\w*):");

  private static final String END = "\t.cfi_endproc\n\t.size %1$s, . - %1$s\n";

  private GuestAssembly() {}

  /** Assembles, links and explores a program. */
  static Program program(GoldenFile file) throws InterruptedException {
    return Discovery.discover(image(file));
  }

  /** Assembles and links a program. */
  static ElfImage image(GoldenFile file) throws InterruptedException {
    try {
      Files.createDirectories(TARGET);
      Path source = TARGET.resolve(file.name() + ".s");
      Path object = TARGET.resolve(file.name() + ".o");
      Path elf = TARGET.resolve(file.name() + ".elf");
      Files.writeString(source, preamble() + functions(file.source()));
      succeed("riscv64-linux-gnu-as", "-march=rv64gc", "-o", object.toString(), source.toString());
      succeed(
          "riscv64-linux-gnu-ld",
          "--no-relax",
          "--eh-frame-hdr",
          "-Ttext=0x" + Long.toHexString(TEXT),
          "--section-start=.rodata=0x" + Long.toHexString(TABLES),
          "-e",
          "0x" + Long.toHexString(TEXT),
          "-o",
          elf.toString(),
          object.toString());
      return ElfImage.read(Files.readAllBytes(elf), file.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ElfException e) {
      throw new AssertionError(e);
    }
  }

  private static void succeed(String... words) throws InterruptedException {
    new Command(List.of(words)).succeed();
  }

  private static String preamble() {
    return "\t.option norelax\n\t.option norvc\n\t.text\n";
  }

  /** Gives every function an aligned start, a type, a size and an unwind table, as compilers do. */
  private static String functions(String source) {
    StringBuilder text = new StringBuilder();
    String open = null;
    for (String line : source.lines().toList()) {
      Matcher start = FUNCTION.matcher(line);
      boolean starts = start.find();
      if (open != null && (starts || line.contains(".section"))) {
        text.append(END.formatted(open));
        open = null;
      }
      if (starts) {
        open = start.group(1);
        text.append("\t.balign 1 << %d\n".formatted(ALIGNMENT_BITS));
        text.append("\t.globl %1$s\n\t.type %1$s, @function\n".formatted(open));
        text.append("%s:\t.cfi_startproc\n".formatted(open));
        text.append(line.substring(start.end())).append('\n');
      } else {
        text.append(line).append('\n');
      }
    }
    return open == null ? text.toString() : text.append(END.formatted(open)).toString();
  }

  /** What a golden file calls an address: a function and an offset; null where there is none. */
  static String symbol(Program program, long address) {
    if (address >= TABLES && address < TABLES + (1 << ALIGNMENT_BITS)) {
      return "table" + offset(address - TABLES);
    }
    for (FunctionCode f : program.functions()) {
      // Functions that no symbol names are called after the aligned one before them.
      if (f.entry() == address >>> ALIGNMENT_BITS << ALIGNMENT_BITS) {
        return f.name().orElseThrow() + offset(address - f.entry());
      }
    }
    return null;
  }

  private static String offset(long offset) {
    return offset == 0 ? "" : "+" + offset;
  }
}
