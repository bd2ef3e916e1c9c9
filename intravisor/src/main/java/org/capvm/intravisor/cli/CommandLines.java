package org.capvm.intravisor.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** Makes the parser of {@code cvm} and says how its failures are shown. */
final class CommandLines {
  private CommandLines() {}

  static CommandLine create() {
    CommandLine cvm = new CommandLine(new CvmCommand());
    cvm.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Show this help and exit.")
                .build());
    cvm.setExpandAtFiles(false);
    cvm.setExecutionExceptionHandler(CommandLines::failed);
    cvm.setParameterExceptionHandler(CommandLines::misused);
    return cvm;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    String message = e instanceof UserException ? e.getMessage() : "internal error: " + e;
    command.getErr().println("cvm " + command.getCommandName() + ": " + message);
    if (!(e instanceof UserException) && System.getenv("CAPVM_LOG") != null) {
      e.printStackTrace(command.getErr());
    }
    return e instanceof UserException user
        ? user.exitCode()
        : command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static int misused(CommandLine.ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + e.getMessage());
    command.getErr().println("Try '" + name + " --help'.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
