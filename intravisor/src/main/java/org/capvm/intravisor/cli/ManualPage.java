package org.capvm.intravisor.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the commands, options and exit statuses of a parser as a manual page, see man(7). */
final class ManualPage {
  private final StringBuilder page = new StringBuilder();
  private final CommandLine commandLine;
  private final String version;

  ManualPage(CommandLine commandLine, String version) {
    this.commandLine = commandLine;
    this.version = version;
  }

  String text() {
    CommandSpec cvm = commandLine.getCommandSpec();
    page.append(".TH CVM 1 \"\" \"Capvm ").append(escape(version)).append("\"\n");
    section("NAME");
    text(cvm.name() + " - " + cvm.usageMessage().description()[0]);
    section("SYNOPSIS");
    for (CommandLine command : commandLine.getSubcommands().values()) {
      page.append(".br\n");
      text(synopsis(command));
    }
    section("COMMANDS");
    for (CommandLine command : commandLine.getSubcommands().values()) {
      describe(command);
    }
    section("EXIT STATUS");
    exitStatus(cvm);
    section("ENVIRONMENT");
    page.append(".nf\n");
    for (String line : cvm.usageMessage().footer()) {
      text(line);
    }
    page.append(".fi\n");
    return page.toString();
  }

  private void describe(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    page.append(".SS ").append(escape(spec.qualifiedName())).append('\n');
    for (String line : spec.usageMessage().description()) {
      text(line);
      page.append(".br\n");
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      entry(parameter.paramLabel(), parameter);
    }
    for (OptionSpec option : spec.options()) {
      String names = String.join(", ", option.names());
      boolean takesValue = option.arity().max() > 0;
      entry(takesValue ? names + " " + option.paramLabel() : names, option);
    }
    exitStatus(spec);
  }

  private void entry(String term, ArgSpec argument) {
    if (argument.hidden()) {
      return;
    }
    page.append(".TP\n.B ").append(escape(term)).append('\n');
    for (String line : argument.description()) {
      text(line);
    }
  }

  private void exitStatus(CommandSpec spec) {
    for (Map.Entry<String, String> code : spec.usageMessage().exitCodeList().entrySet()) {
      page.append(".TP\n.B ").append(escape(code.getKey())).append('\n');
      text(code.getValue());
    }
  }

  private static String synopsis(CommandLine command) {
    Help help = command.getHelpFactory().create(command.getCommandSpec(), plain());
    return help.detailedSynopsis(0, null, false).replaceAll("\\s+", " ").trim();
  }

  private static Help.ColorScheme plain() {
    return Help.defaultColorScheme(Help.Ansi.OFF);
  }

  private void section(String title) {
    page.append(".SH ").append(title).append('\n');
  }

  private void text(String line) {
    page.append(escape(line)).append('\n');
  }

  /** Keeps a line from being read as a request, and its hyphens and backslashes as they are. */
  private static String escape(String line) {
    String escaped = line.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
