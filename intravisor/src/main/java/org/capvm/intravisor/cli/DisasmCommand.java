package org.capvm.intravisor.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cvm disasm}. */
@Command(
    name = "disasm",
    description = "Show guest instructions, each with the bytecode made of it.")
final class DisasmCommand implements Callable<Integer> {
  @Option(
      names = "--function",
      paramLabel = "NAME|ADDRESS",
      description = "Only the function of this name, or the one at this (hexadecimal) address.")
  private String function;

  @Parameters(paramLabel = "FILE", description = "The ELF file, on the host.")
  private Path file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Program program = Discovery.discover(InspectCommand.read(file));
    List<FunctionCode> wanted =
        function == null ? program.functions() : List.of(find(program, function));
    new Listing(program, spec.commandLine().getOut()).print(wanted);
    return ExitCode.OK;
  }

  private FunctionCode find(Program program, String nameOrAddress) {
    for (FunctionCode f : program.functions()) {
      if (f.name().filter(nameOrAddress::equals).isPresent()) {
        return f;
      }
    }
    String digits = nameOrAddress.startsWith("0x") ? nameOrAddress.substring(2) : nameOrAddress;
    if (digits.matches("[0-9a-fA-F]{1,16}")) {
      long address = Long.parseUnsignedLong(digits, 16);
      for (FunctionCode f : program.functions()) {
        if (address >= f.entry() && address < f.limit()) {
          return f;
        }
      }
    }
    throw new UserException(file + ": has no function '" + nameOrAddress + "'; see 'cvm inspect'");
  }
}
