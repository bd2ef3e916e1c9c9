package org.capvm.intravisor.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.deployment.Deployment;
import org.capvm.runtime.host.HostSignals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cvm up}. */
@Command(
    name = "up",
    description = {
      "Start the cVMs of a configuration in their order, in one process, and show what they print,",
      "each line behind the name of its cVM. SIGINT (Ctrl-C) and SIGTERM stop them, the last one",
      "first: each is sent SIGTERM, and killed after 10 s. A second signal kills all at once.",
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all cVMs ended with status 0",
      "1:one did not, or the configuration cannot be used",
      "2:the command line is wrong",
    })
final class UpCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The configuration, see the README.")
  private Path file;

  @Override
  public Integer call() throws InterruptedException {
    Deployment deployment = Deployments.of(Deployments.read(file));
    AtomicBoolean stopping = new AtomicBoolean();
    Runnable stop = () -> stop(deployment, stopping);
    try (HostSignals _ = new HostSignals(Map.of("INT", stop, "TERM", stop))) {
      deployment.check();
      return deployment.run() ? ExitCode.OK : ExitCode.FAILED;
    } catch (CvmException e) {
      throw new UserException(e.getMessage());
    }
  }

  private static void stop(Deployment deployment, AtomicBoolean stopping) {
    if (stopping.getAndSet(true)) {
      deployment.kill();
      return;
    }
    try {
      deployment.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a signal's thread", e);
    }
  }
}
