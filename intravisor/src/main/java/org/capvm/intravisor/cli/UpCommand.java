package org.capvm.intravisor.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.capvm.intravisor.cli.RunCommand.Traced;
import org.capvm.intravisor.configuration.Configuration;
import org.capvm.intravisor.control.ControlFolder;
import org.capvm.intravisor.control.ControlServer;
import org.capvm.intravisor.control.DeploymentControl;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.deployment.Deployment;
import org.capvm.intravisor.deployment.OutputHistory;
import org.capvm.runtime.host.HostSignals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cvm up}. */
@Command(
    name = "up",
    description = {
      "Start the cVMs of a configuration in their order, in one process, and show what they print,",
      "each line behind the name of its cVM. SIGINT (Ctrl-C) and SIGTERM stop them, the last one",
      "first: each is sent SIGTERM, and killed after 10 s. A second signal kills all at once.",
      "With -d they run in a process of their own, which stays until it is stopped, so that its logs",
      "can be read.",
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

  @Option(
      names = {"-d", "--detach"},
      description = "Return when they are being started; see 'cvm ps', 'logs', 'stats', 'stop'.")
  private boolean detach;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the detached deployment. Default: that of FILE, without its ending.")
  private String name;

  @Option(
      names = "--trace",
      paramLabel = "hostcalls",
      description =
          "Show the hostcalls of cVMs without a kernel, as what they print to their errors.")
  private Traced traced;

  @Option(names = Detachment.OPTION, paramLabel = "NAME", hidden = true)
  private String detachedAs;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (detachedAs != null) {
      return serve();
    }
    Deployment deployment = Deployments.of(configuration());
    if (detach) {
      return detach(deployment);
    }
    AtomicBoolean stopping = new AtomicBoolean();
    Runnable stop = () -> stop(deployment, stopping);
    try (HostSignals _ = new HostSignals(Map.of("INT", stop, "TERM", stop))) {
      deployment.check();
      return deployment.run() ? ExitCode.OK : ExitCode.FAILED;
    } catch (CvmException e) {
      throw new UserException(e.getMessage());
    }
  }

  private Configuration configuration() {
    Configuration read = Deployments.read(file);
    return traced == Traced.HOSTCALLS ? read.withTracedHostcalls() : read;
  }

  private int detach(Deployment deployment) throws InterruptedException {
    String called = name == null ? ControlFolder.nameOf(file).orElse("") : name;
    if (!ControlFolder.isName(called)) {
      throw new UserException(
          "'"
              + called
              + "' is no name of a deployment: up to 41 letters, digits, '_', '.' and '-'");
    }
    try {
      deployment.check();
    } catch (CvmException e) {
      throw new UserException(e.getMessage());
    }
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    Detachment.start(called, file, arguments);
    spec.commandLine().getOut().println(called);
    return ExitCode.OK;
  }

  /** What the detached process does. */
  private int serve() throws InterruptedException {
    Detachment.leaveSession();
    OutputHistory history = new OutputHistory();
    PrintStream errors = new PrintStream(history.stream(), true, StandardCharsets.UTF_8);
    Deployment deployment = Deployments.of(configuration(), history.stream(), errors);
    Path socket = DeploymentTargets.folder().socket(detachedAs);
    AtomicBoolean stopping = new AtomicBoolean();
    Runnable stop = () -> stop(deployment, stopping);
    try (HostSignals _ = new HostSignals(Map.of("INT", stop, "TERM", stop));
        ControlServer _ = new ControlServer(socket, new DeploymentControl(deployment, history))) {
      boolean succeeded = false;
      try {
        succeeded = deployment.run();
      } catch (CvmException e) {
        errors.println(e.getMessage());
      }
      history.complete();
      if (!stopping.get()) {
        deployment.awaitOrder();
      }
      return succeeded ? ExitCode.OK : ExitCode.FAILED;
    } catch (IOException e) {
      throw new UserException(socket + ": " + e.getMessage());
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
