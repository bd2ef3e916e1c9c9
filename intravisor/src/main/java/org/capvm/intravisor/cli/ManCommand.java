package org.capvm.intravisor.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cvm man}. */
@Command(
    name = "man",
    description = {
      "Print the manual page, in the format of man(7).",
      "To read it: cvm man | man -l -",
    })
final class ManCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var page = new ManualPage(CommandLines.create(), VersionCommand.version());
    spec.commandLine().getOut().print(page.text());
    return ExitCode.OK;
  }
}
