package org.capvm.intravisor.cvm;

import java.time.Duration;
import java.util.Map;

/**
 * A program under some kernel. Only {@link Cvm} calls it, which sees to the order: it is started at
 * most once, asked and killed only while it runs, and closed when it has ended or never started.
 */
public interface Guest {
  /**
   * Loads the program and lets it run.
   *
   * @param streams its standard input, output and error, which it takes over
   * @throws CvmException when it cannot be started; it has then given back what it took
   */
  void start(StandardStreams streams) throws CvmException;

  /** Sends a signal to all of it, as a terminal does to what is in its foreground. */
  void signal(int number);

  /** Asks the program to end (SIGTERM), which it may do, or not, or see to its children first. */
  void terminate();

  /** Ends it, wherever its threads are; {@link #awaitEnd} returns within a second. */
  void kill();

  /** Waits for the end of the program, but no longer than a time; whether it has ended. */
  boolean awaitEnd(Duration limit) throws InterruptedException;

  /**
   * Waits for the end of the program itself: a cVM may stay longer, to serve others that are nested
   * in it.
   */
  void awaitProgram() throws InterruptedException;

  /** Ends what the program has left running. */
  void finish() throws InterruptedException;

  /** How the ended program ended, as a shell shows it. */
  int exitStatus();

  /** How often each system call or hostcall was made, by name. */
  Map<String, Long> calls();

  /** What it takes now, or took when it ended. */
  Usage usage();

  /** The largest amount of its memory that was mapped at a time, in bytes. */
  long mostMappedBytes();

  /** Gives everything back. */
  void close();
}
