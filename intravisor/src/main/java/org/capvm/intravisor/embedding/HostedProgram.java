package org.capvm.intravisor.embedding;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.kernel.Kernels;

/** A started cVM whose streams are pipes, and a thread that waits for its end. */
public final class HostedProgram implements AutoCloseable {
  private final Cvm cvm;
  private final StandardStreams streams;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  HostedProgram(Cvm cvm, StandardStreams streams) throws CvmException {
    this.cvm = cvm;
    this.streams = streams;
    boolean started = false;
    try {
      cvm.start(streams);
      started = true;
    } finally {
      if (!started) {
        cvm.close();
        streams.close();
      }
    }
    Thread.ofPlatform().daemon().name("cvm end").start(this::await);
  }

  /**
   * Starts a program.
   *
   * @param names of what it shares with others
   * @param name by which they know it
   * @throws CvmException when it cannot be started
   * @throws IOException when the host has no descriptors left
   */
  public static HostedProgram start(
      CvmOptions options, boolean interpreted, IpcNamespace names, String name)
      throws CvmException, IOException {
    Cvm cvm = Kernels.create(options, Engines.of(interpreted), names, name);
    return new HostedProgram(cvm, StandardStreams.connected());
  }

  private void await() {
    try {
      int status = cvm.await().exitStatus();
      cvm.close();
      end.complete(status);
    } catch (InterruptedException | RuntimeException | Error e) {
      end.completeExceptionally(e);
    }
  }

  /** The Java ends of its standard streams. */
  public StandardStreams streams() {
    return streams;
  }

  /** Waits for its end; its exit status as a shell shows it. */
  public int awaitEnd() throws InterruptedException {
    try {
      return end.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("the cVM did not end in order", e.getCause());
    }
  }

  /** Waits for its end, but no longer than a time; whether it has ended. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    try {
      end.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("the cVM did not end in order", e.getCause());
    }
  }

  /** Completes with its exit status; nobody but its end completes it. */
  public CompletableFuture<Integer> onExit() {
    return end.copy();
  }

  public void terminate() {
    cvm.terminate();
  }

  public void kill() {
    cvm.kill();
  }

  /** Kills it, waits until it has given back what it had, and closes the Java ends. */
  @Override
  public void close() {
    if (!end.isDone()) {
      cvm.kill();
    }
    end.exceptionally(e -> 0).join();
    streams.close();
  }
}
