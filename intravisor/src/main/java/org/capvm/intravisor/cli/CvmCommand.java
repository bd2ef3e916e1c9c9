package org.capvm.intravisor.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cvm} itself: only a place for its commands. */
@Command(
    name = "cvm",
    description = "Runs RISC-V Linux programs as cVMs: translated ahead of time to JVM bytecode.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:success",
      "1:something named in the command is missing, broken or refused",
      "2:the command line is wrong",
      "other:see 'cvm run --help'",
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  XDG_CACHE_HOME  where translations are kept, in its folder capvm (default: ~/.cache)",
      "  CAPVM_LOG       what is logged to standard error: trace, debug, info, warn (default),",
      "                  error or off",
    })
final class CvmCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }
}
