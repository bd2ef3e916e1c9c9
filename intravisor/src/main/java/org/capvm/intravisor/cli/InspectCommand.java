package org.capvm.intravisor.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cvm inspect}. */
@Command(
    name = "inspect",
    description = {
      "Show what the translator sees in a RISC-V program or library: segments, needed libraries,",
      "instruction set, functions and how they were found, jump tables, and what would be left to",
      "the interpreter.",
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The ELF file, on the host.")
  private Path file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ElfImage image = read(file);
    var out = spec.commandLine().getOut();
    ImageReport.print(image, out);
    CodeReport.print(Discovery.discover(image), out);
    return ExitCode.OK;
  }

  /** Reads an ELF file that the user named. */
  static ElfImage read(Path file) {
    try {
      return ElfImage.read(file);
    } catch (ElfException e) {
      throw new UserException(e.getMessage());
    }
  }
}
