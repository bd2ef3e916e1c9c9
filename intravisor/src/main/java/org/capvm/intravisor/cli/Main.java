package org.capvm.intravisor.cli;

import org.capvm.intravisor.start.HeadStart;
import picocli.CommandLine;

/** The entry point of {@code cvm}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the JVM with its status. */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals("run")) {
      HeadStart.begin();
    }
    CommandLine cvm = CommandLines.createFor(arguments);
    int status = cvm.execute(arguments);
    cvm.getOut().flush();
    cvm.getErr().flush();
    System.out.flush();
    System.err.flush();
    // The guest may have left threads behind that wait for ever.
    Runtime.getRuntime().halt(status);
  }
}
