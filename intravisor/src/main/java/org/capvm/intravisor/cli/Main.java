package org.capvm.intravisor.cli;

import java.io.PrintWriter;
import java.util.Set;
import org.capvm.intravisor.event.Recorder;
import org.capvm.intravisor.start.HeadStart;
import picocli.CommandLine;

/** The entry point of {@code cvm}. */
public final class Main {
  /** Those that run guests. */
  private static final Set<String> GUEST_COMMANDS = Set.of("run", "up");

  private Main() {}

  /** Runs one command and ends the JVM with its status. */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && GUEST_COMMANDS.contains(arguments[0])) {
      HeadStart.begin();
    }
    int status =
        execute(
            new PrintWriter(System.out, true, System.out.charset()),
            new PrintWriter(System.err, true, System.err.charset()),
            arguments);
    System.out.flush();
    System.err.flush();
    if (Recorder.isOn()) {
      // A recording is written by a hook that halting leaves out.
      System.exit(status);
    }
    // The guest may have left threads behind that wait for ever.
    Runtime.getRuntime().halt(status);
  }

  /**
   * Runs one command in a JVM that goes on afterwards.
   *
   * @param out receives what the command prints; what a guest prints goes to the JVM's own output
   * @param err receives the message of a command that fails
   * @return the exit status
   */
  public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine cvm = CommandLines.createFor(arguments);
    cvm.setOut(out);
    cvm.setErr(err);
    int status = cvm.execute(arguments);
    out.flush();
    err.flush();
    return status;
  }
}
