package org.capvm.intravisor.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cvm kill}. */
@Command(name = "kill", description = "End detached deployments or some of their cVMs at once.")
final class KillCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "Deployments, cVMs, or DEPLOYMENT/CVM.")
  private List<String> names;

  @Override
  public Integer call() {
    DeploymentTargets targets = DeploymentTargets.now();
    names.stream().map(targets::find).toList().forEach(t -> DeploymentTargets.tell(t, "kill"));
    return ExitCode.OK;
  }
}
