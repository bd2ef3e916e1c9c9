package org.capvm.intravisor.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.capvm.intravisor.configuration.Configuration;
import org.capvm.intravisor.cvm.CvmException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cvm check}. */
@Command(
    name = "check",
    description = {
      "Look whether 'cvm up' could start the cVMs of a configuration: all keys are known, and the",
      "programs, their dynamic linkers, roots and volumes are there. Nothing is run.",
    })
final class CheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The configuration, see the README.")
  private Path file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = Deployments.read(file);
    try {
      Deployments.of(configuration).check();
    } catch (CvmException e) {
      throw new UserException(e.getMessage());
    }
    int count = configuration.cvms().size();
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %d %s, all of which can be started%n", file, count, count == 1 ? "cVM" : "cVMs");
    return ExitCode.OK;
  }
}
