package org.capvm.intravisor.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Makes the parser of {@code cvm} and says how its failures are shown. */
final class CommandLines {
  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          UpCommand.class,
          CheckCommand.class,
          PsCommand.class,
          LogsCommand.class,
          StatsCommand.class,
          StopCommand.class,
          KillCommand.class,
          TranslateCommand.class,
          CacheCommand.class,
          InspectCommand.class,
          DisasmCommand.class,
          VerifyCommand.class,
          BenchCommand.class,
          RvfiDiiCommand.class,
          VersionCommand.class,
          CompletionCommand.class,
          ManCommand.class,
          HelpCommand.class);

  private CommandLines() {}

  /** The parser with all commands. */
  static CommandLine create() {
    return create(COMMANDS);
  }

  /**
   * The parser for one command line. Building the model of a command takes a few milliseconds of
   * reflection, so that only the one that is asked for is built.
   */
  static CommandLine createFor(String[] arguments) {
    if (arguments.length > 0) {
      for (Class<?> command : COMMANDS) {
        if (command.getAnnotation(Command.class).name().equals(arguments[0])
            && command != HelpCommand.class) {
          return create(List.of(command));
        }
      }
    }
    return create();
  }

  private static CommandLine create(List<Class<?>> commands) {
    CommandLine cvm = new CommandLine(new CvmCommand());
    commands.forEach(cvm::addSubcommand);
    offerHelp(cvm);
    cvm.setExpandAtFiles(false);
    cvm.setCaseInsensitiveEnumValuesAllowed(true);
    // What follows the program belongs to the guest, dashes or not.
    CommandLine run = cvm.getSubcommands().get("run");
    if (run != null) {
      run.setStopAtPositional(true);
    }
    cvm.setExecutionExceptionHandler(CommandLines::failed);
    cvm.setParameterExceptionHandler(CommandLines::misused);
    return cvm;
  }

  private static void offerHelp(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    if (spec.findOption("--help") == null) {
      spec.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help and exit.")
              .build());
    }
    command.getSubcommands().values().forEach(CommandLines::offerHelp);
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    String name = command.getCommandSpec().qualifiedName();
    if (e instanceof UserException user) {
      command.getErr().println(name + ": " + printable(user.getMessage()));
      return user.exitCode();
    }
    command.getErr().println(name + ": internal error: " + printable(e.toString()));
    if (System.getenv("CAPVM_LOG") != null) {
      e.printStackTrace(command.getErr());
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static int misused(CommandLine.ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String message =
        command.getParent() == null && arguments.length > 0
            ? "there is no command '" + arguments[0] + "'"
            : e.getMessage();
    command.getErr().println(name + ": " + printable(message));
    command.getErr().println("Try '" + name + " --help'.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /**
   * A message with its control characters spelt out: names come from users and files, and must
   * neither break the line nor reach the terminal.
   */
  static String printable(String message) {
    StringBuilder text = new StringBuilder();
    message
        .chars()
        .forEach(
            c -> {
              if (c == '\n') {
                text.append("\\n");
              } else if (Character.isISOControl(c)) {
                text.append("\\x%02x".formatted(c));
              } else {
                text.append((char) c);
              }
            });
    return text.toString();
  }
}
