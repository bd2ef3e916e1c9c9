package org.capvm.intravisor.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.capvm.intravisor.control.ControlServer.Answer;
import org.capvm.intravisor.deployment.CvmStatus;
import org.capvm.intravisor.deployment.Deployment;
import org.capvm.intravisor.deployment.OutputHistory;

/**
 * What a detached deployment can be asked: {@code status}, {@code logs NAME [follow]}, {@code stop
 * NAME}, {@code kill NAME}. An empty name means all cVMs. Words are separated by tabs.
 */
public final class DeploymentControl implements ControlServer.Handler {
  private static final long LOOK_MILLISECONDS = 500;

  private final Deployment deployment;
  private final OutputHistory history;

  /**
   * @param history of what the deployment's cVMs print
   */
  public DeploymentControl(Deployment deployment, OutputHistory history) {
    this.deployment = deployment;
    this.history = history;
  }

  @Override
  public void handle(String[] words, Answer answer)
      throws ControlException, IOException, InterruptedException {
    String name = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "status" -> status(answer);
      case "logs" -> logs(known(name), words.length > 2 && words[2].equals("follow"), answer);
      case "stop" -> deployment.stop(known(name));
      case "kill" -> deployment.kill(known(name));
      default -> throw new ControlException("there is no request '" + words[0] + "'");
    }
  }

  private String known(String name) throws ControlException {
    if (!name.isEmpty() && deployment.status().stream().noneMatch(s -> s.name().equals(name))) {
      throw new ControlException("there is no cVM '" + name + "'");
    }
    return name;
  }

  private void status(Answer answer) throws IOException {
    for (CvmStatus status : deployment.status()) {
      answer.write((StatusLine.of(status) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private void logs(String name, boolean follow, Answer answer)
      throws IOException, InterruptedException {
    byte[] prefix = deployment.prefix(name).getBytes(StandardCharsets.UTF_8);
    OutputHistory.Lines found = history.from(0, 0);
    write(found, prefix, answer);
    boolean ended = !follow;
    while (!ended && !answer.isGone()) {
      ended = history.isComplete();
      found = history.from(found.next(), LOOK_MILLISECONDS);
      write(found, prefix, answer);
    }
  }

  private static void write(OutputHistory.Lines found, byte[] prefix, Answer answer)
      throws IOException {
    for (byte[] line : found.lines()) {
      if (startsWith(line, prefix)) {
        answer.write(line);
      }
    }
  }

  private static boolean startsWith(byte[] line, byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (i >= line.length || line[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
