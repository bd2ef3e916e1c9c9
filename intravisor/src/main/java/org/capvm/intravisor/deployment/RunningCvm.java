package org.capvm.intravisor.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.capvm.intravisor.configuration.CvmPlan;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.intravisor.kernel.none.Layers;

/** A started cVM of a deployment, with threads that wait for its output and its end. */
final class RunningCvm {
  private final CvmPlan plan;
  private final Console console;
  private final Cvm cvm;
  private final CountDownLatch end = new CountDownLatch(1);
  private final long since = System.currentTimeMillis();
  private volatile int status;

  /**
   * Starts it.
   *
   * @throws CvmException when it cannot be started
   */
  RunningCvm(CvmPlan plan, Engine engine, IpcNamespace names, Layers layers, Console console)
      throws CvmException {
    this.plan = plan;
    this.console = console;
    cvm = Kernels.create(plan.options(), engine, names, plan.name(), layers);
    StandardStreams streams = null;
    boolean started = false;
    try {
      streams = StandardStreams.piped();
      cvm.start(streams);
      started = true;
      Thread output = copying(streams.output(), console.output());
      Thread errors = copying(streams.errors(), console.errors());
      Thread.ofPlatform().daemon().name(plan.name()).start(() -> await(output, errors));
    } catch (IOException e) {
      throw new CvmException(e.getMessage(), e);
    } finally {
      if (!started) {
        cvm.close();
        if (streams != null) {
          streams.close();
        }
      }
    }
  }

  private Thread copying(InputStream source, OutputStream target) {
    PrefixedLines lines = new PrefixedLines(console.prefix(plan.name()), target);
    return Thread.ofPlatform()
        .daemon()
        .name(plan.name() + " output")
        .start(
            () -> {
              try (source) {
                lines.copy(source);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private void await(Thread output, Thread errors) {
    try {
      status = cvm.await().exitStatus();
      cvm.close();
      output.join();
      errors.join();
      console.say(plan.name(), "ended with status " + status);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } finally {
      end.countDown();
    }
  }

  /** Waits for its end; its exit status as a shell shows it. */
  int awaitEnd() throws InterruptedException {
    end.await();
    return status;
  }

  /** Waits for the end of its program, after which it may stay to serve others. */
  void awaitProgram() throws InterruptedException {
    cvm.awaitProgram();
    boolean serves = plan.placement().map(p -> !p.inner().isEmpty()).orElse(false);
    if (!serves) {
      awaitEnd();
    }
  }

  /** Waits for its end, but no longer than a time; whether it has ended. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    return end.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  String name() {
    return plan.name();
  }

  CvmStatus status() {
    boolean ended = end.getCount() == 0;
    return new CvmStatus(
        plan.name(),
        ended ? CvmStatus.State.ENDED : CvmStatus.State.RUNNING,
        status,
        since,
        cvm.usage());
  }

  void terminate() {
    cvm.terminate();
  }

  void kill() {
    cvm.kill();
  }
}
