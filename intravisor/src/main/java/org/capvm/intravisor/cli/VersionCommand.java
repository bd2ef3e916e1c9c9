package org.capvm.intravisor.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cvm version}. */
@Command(name = "version", description = "Show the version of Capvm and of the JVM it runs on.")
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine()
        .getOut()
        .printf(
            "cvm %s (%s %s, %s)%n",
            version(),
            System.getProperty("java.vm.name"),
            Runtime.version(),
            System.getProperty("os.arch"));
    return ExitCode.OK;
  }

  /** The version that the build gave this module, or "unknown" on a class path. */
  static String version() {
    var descriptor = VersionCommand.class.getModule().getDescriptor();
    return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
  }
}
