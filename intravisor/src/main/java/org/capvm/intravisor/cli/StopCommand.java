package org.capvm.intravisor.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cvm stop}. */
@Command(
    name = "stop",
    description = {
      "Stop detached deployments or some of their cVMs, the last one first: each is sent SIGTERM, and",
      "killed after 10 s. A deployment is gone when all of its cVMs have ended.",
    })
final class StopCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "Deployments, cVMs, or DEPLOYMENT/CVM.")
  private List<String> names;

  @Override
  public Integer call() {
    DeploymentTargets targets = DeploymentTargets.now();
    names.stream().map(targets::find).toList().forEach(t -> DeploymentTargets.tell(t, "stop"));
    return ExitCode.OK;
  }
}
