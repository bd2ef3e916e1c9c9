package org.capvm.intravisor.cli;

/** The entry point of {@code cvm}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the JVM with its status. */
  public static void main(String[] arguments) {
    int status = CommandLines.createFor(arguments).execute(arguments);
    System.out.flush();
    System.err.flush();
    // The guest may have left threads behind that wait for ever.
    Runtime.getRuntime().halt(status);
  }
}
