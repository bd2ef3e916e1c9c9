package org.capvm.intravisor.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.capvm.intravisor.cli.DeploymentTargets.Running;
import org.capvm.intravisor.deployment.CvmStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cvm ps}. */
@Command(name = "ps", description = "List the cVMs of detached deployments (see 'cvm up -d').")
final class PsCommand implements Callable<Integer> {
  private static final String ROW = "%-20s %-20s %-12s %10s %8s%n";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    out.printf(ROW, "DEPLOYMENT", "CVM", "STATUS", "RUNNING", "THREADS");
    for (Running deployment : DeploymentTargets.now().all()) {
      for (CvmStatus cvm : deployment.cvms()) {
        boolean running = cvm.state() == CvmStatus.State.RUNNING;
        out.printf(
            ROW,
            deployment.name(),
            cvm.name(),
            status(cvm),
            running ? time(System.currentTimeMillis() - cvm.since()) : "-",
            running ? cvm.usage().threads() : "-");
      }
    }
    return ExitCode.OK;
  }

  private static String status(CvmStatus cvm) {
    return switch (cvm.state()) {
      case WAITING -> "waiting";
      case RUNNING -> "running";
      case ENDED -> "ended (" + cvm.exitStatus() + ")";
    };
  }

  private static String time(long milliseconds) {
    Duration time = Duration.ofMillis(Math.max(0, milliseconds));
    return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
