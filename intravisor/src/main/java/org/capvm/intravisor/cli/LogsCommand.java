package org.capvm.intravisor.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.capvm.intravisor.cli.DeploymentTargets.Target;
import org.capvm.intravisor.control.ControlClient;
import org.capvm.intravisor.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvm logs}. */
@Command(
    name = "logs",
    description = "Show what the cVMs of a detached deployment have printed, as far as it is kept.")
final class LogsCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what they print, until all of them have ended.")
  private boolean follow;

  @Parameters(paramLabel = "NAME", description = "A deployment, a cVM, or DEPLOYMENT/CVM.")
  private String name;

  @Override
  public Integer call() {
    Target target = DeploymentTargets.now().find(name);
    String mode = follow ? "follow" : "";
    // Not System.out, which would change bytes that are no text.
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    try (ControlClient client =
        new ControlClient(target.deployment().socket(), "logs", target.cvm(), mode)) {
      client.answer().transferTo(out);
    } catch (IOException | ControlException e) {
      throw new UserException(e.getMessage());
    }
    return ExitCode.OK;
  }
}
