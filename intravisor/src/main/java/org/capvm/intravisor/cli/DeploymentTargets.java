package org.capvm.intravisor.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.control.ControlClient;
import org.capvm.intravisor.control.ControlException;
import org.capvm.intravisor.control.ControlFolder;
import org.capvm.intravisor.control.StatusLine;
import org.capvm.intravisor.deployment.CvmStatus;
import org.capvm.intravisor.kernel.host.os.HostIdentity;

/** The user's detached deployments and their cVMs, by name. */
final class DeploymentTargets {
  /** A deployment that answers. */
  record Running(String name, Path socket, List<CvmStatus> cvms) {}

  /**
   * What a name stands for.
   *
   * @param cvm a name in the deployment, or empty for all of it
   */
  record Target(Running deployment, String cvm) {}

  private final List<Running> deployments = new ArrayList<>();

  private DeploymentTargets() {}

  static ControlFolder folder() {
    try {
      return ControlFolder.ofUser(HostIdentity.user());
    } catch (ControlException e) {
      throw new UserException(e.getMessage());
    }
  }

  /** Those that answer now. */
  static DeploymentTargets now() {
    DeploymentTargets targets = new DeploymentTargets();
    ControlFolder folder = folder();
    try {
      for (String name : folder.names()) {
        Path socket = folder.socket(name);
        try (ControlClient client = new ControlClient(socket, "status")) {
          List<CvmStatus> cvms = new ArrayList<>();
          for (String line : client.lines()) {
            cvms.add(StatusLine.read(line));
          }
          targets.deployments.add(new Running(name, socket, cvms));
        } catch (IOException e) {
          // What is left of one that was killed: its name is free.
        }
      }
    } catch (ControlException e) {
      throw new UserException(e.getMessage());
    }
    return targets;
  }

  List<Running> all() {
    return deployments;
  }

  /** What a name stands for: a deployment, DEPLOYMENT/CVM, or a cVM that only one of them has. */
  Target find(String name) {
    List<Target> found = new ArrayList<>();
    for (Running deployment : deployments) {
      if (deployment.name().equals(name)) {
        return new Target(deployment, "");
      }
      for (CvmStatus cvm : deployment.cvms()) {
        if (cvm.name().equals(name) || name.equals(deployment.name() + "/" + cvm.name())) {
          found.add(new Target(deployment, cvm.name()));
        }
      }
    }
    if (found.isEmpty()) {
      throw new UserException("there is no deployment or cVM '" + name + "'; see 'cvm ps'");
    }
    if (found.size() > 1) {
      throw new UserException(
          "'%s' is in several deployments; say %s/%s"
              .formatted(name, found.getFirst().deployment().name(), name));
    }
    return found.getFirst();
  }

  /** Sends a request to what a name stands for, and waits for its end. */
  static void tell(Target target, String request) {
    try (ControlClient client =
        new ControlClient(target.deployment().socket(), request, target.cvm())) {
      client.lines();
    } catch (IOException e) {
      throw new UserException(
          "deployment '" + target.deployment().name() + "' does not answer: " + e.getMessage());
    } catch (ControlException e) {
      throw new UserException(e.getMessage());
    }
  }
}
