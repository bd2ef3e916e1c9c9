package org.capvm.intravisor.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.control.ControlClient;
import org.capvm.intravisor.control.ControlException;
import org.capvm.intravisor.control.ControlFolder;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * Moves a deployment to a process of its own: the same JVM command again, with another option, in a
 * session without a terminal.
 */
final class Detachment {
  /** The option that tells {@code cvm up} that it is that process. */
  static final String OPTION = "--detached-as";

  private static final long LOOK_MILLISECONDS = 20;

  private Detachment() {}

  /** Starts the process and waits until it serves its socket. */
  static void start(String name, Path file, List<String> arguments) throws InterruptedException {
    ControlFolder folder = DeploymentTargets.folder();
    if (answers(folder.socket(name))) {
      throw new UserException("there is a deployment '" + name + "' already; see 'cvm ps'");
    }
    File errors = folder.errors(name).toFile();
    try {
      Files.deleteIfExists(folder.socket(name));
      List<String> command = ownCommand(arguments.size());
      command.addAll(List.of("up", OPTION, name, file.toAbsolutePath().toString()));
      Process process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(errors)
              .start();
      while (!answers(folder.socket(name))) {
        if (!process.isAlive()) {
          throw new UserException("it did not start: " + Files.readString(errors.toPath()).strip());
        }
        Thread.sleep(LOOK_MILLISECONDS);
      }
      Files.delete(errors.toPath());
    } catch (IOException e) {
      throw new UserException("it cannot be detached: " + e.getMessage());
    }
  }

  /** How this JVM was started, without the arguments of {@code cvm}. */
  private static List<String> ownCommand(int arguments) throws IOException {
    String text = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
    List<String> words = new ArrayList<>(List.of(text.split("\0")));
    return new ArrayList<>(words.subList(0, words.size() - arguments));
  }

  private static boolean answers(Path socket) {
    try (ControlClient client = new ControlClient(socket, "status")) {
      client.lines();
      return true;
    } catch (IOException e) {
      return false;
    } catch (ControlException e) {
      return true;
    }
  }

  /** Leaves the terminal's session, whose signals are not for this process any more. */
  static void leaveSession() {
    HostSystem.call(HostNumbers.SETSID);
  }
}
