package org.capvm;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.capvm.intravisor.embedding.HostedProgram;

/**
 * A program that runs in a cVM; closing it kills it. As with {@link Process}, a program waits while
 * nobody reads what it writes.
 */
public final class CvmProcess implements AutoCloseable {
  private final HostedProgram program;

  CvmProcess(HostedProgram program) {
    this.program = program;
  }

  /** What is written here is the program's standard input; closing it ends that. */
  public OutputStream input() {
    return program.streams().input();
  }

  /** What the program writes to its standard output. */
  public InputStream output() {
    return program.streams().output();
  }

  /** What the program writes to its standard error. */
  public InputStream errors() {
    return program.streams().errors();
  }

  /**
   * Waits for the program's end.
   *
   * @return how it ended, as a shell shows it: the exit code, 128 + n after signal n, 124 after the
   *     time limit
   */
  public int waitFor() throws InterruptedException {
    return program.awaitEnd();
  }

  /**
   * Waits for the program's end, but no longer than a time.
   *
   * @return whether it has ended
   */
  public boolean waitFor(Duration limit) throws InterruptedException {
    return program.awaitEnd(limit);
  }

  /** Completes with the exit status when the program has ended. */
  public CompletableFuture<Integer> onExit() {
    return program.onExit();
  }

  /** Whether it has not ended yet. */
  public boolean isAlive() {
    return !program.onExit().isDone();
  }

  /** Asks the program to end (SIGTERM); it may not. */
  public void terminate() {
    program.terminate();
  }

  /** Ends the program and what it has started. */
  public void kill() {
    program.kill();
  }

  /** Kills the program if it has not ended, and gives back what its cVM had. */
  @Override
  public void close() {
    program.close();
  }
}
