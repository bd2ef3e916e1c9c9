package org.capvm.intravisor.deployment;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.capvm.intravisor.configuration.BufferPlan;
import org.capvm.intravisor.configuration.Configuration;
import org.capvm.intravisor.configuration.CvmPlan;
import org.capvm.intravisor.configuration.StreamPlan;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.Usage;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.Kernels;
import org.capvm.intravisor.kernel.none.Layers;

/** The cVMs of a configuration, running together in this JVM. */
public final class Deployment {
  /** How long a cVM may take to end when it is asked to, as with docker stop. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Configuration configuration;
  private final Function<CvmPlan, Engine> engines;
  private final Console console;
  private final List<RunningCvm> started = new ArrayList<>();
  private final IpcNamespace names = new IpcNamespace();
  private final Layers layers;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);

  /**
   * @param engines what executes a cVM; cVMs may share one
   */
  public Deployment(
      Configuration configuration, Function<CvmPlan, Engine> engines, Console console) {
    this.configuration = configuration;
    this.layers = new Layers(configuration.placements());
    this.engines = engines;
    this.console = console;
  }

  /**
   * Looks whether all programs could be started.
   *
   * @throws CvmException when one could not; the message begins with its place in the configuration
   */
  public void check() throws CvmException {
    for (CvmPlan plan : configuration.cvms()) {
      try {
        Kernels.check(plan.options(), engines.apply(plan), plan.name(), layers);
      } catch (CvmException e) {
        throw atItsPlace(plan, e);
      }
    }
  }

  /**
   * Starts all cVMs in their order and waits until they have ended. Where one cannot be started,
   * the others are stopped.
   *
   * @return whether all ended with status 0
   * @throws CvmException when one could not be started
   */
  public boolean run() throws CvmException, InterruptedException {
    try (names) {
      return runAll();
    }
  }

  private boolean runAll() throws CvmException, InterruptedException {
    try {
      publish();
      for (CvmPlan plan : configuration.cvms()) {
        if (!start(plan)) {
          break;
        }
      }
    } catch (CvmException e) {
      stop();
      throw e;
    }
    boolean allSucceeded = true;
    for (RunningCvm cvm : snapshot()) {
      allSucceeded &= cvm.awaitEnd() == 0;
    }
    return allSucceeded;
  }

  /** Makes the buffers, and gives the streams their names, that are there before any cVM. */
  private void publish() throws CvmException {
    Participant intravisor = new Participant("intravisor", null);
    for (BufferPlan buffer : configuration.buffers()) {
      try {
        names.publish(
            buffer.name(),
            intravisor,
            buffer.access(),
            buffer.size(),
            MemorySegment.ofArray(buffer.contents()));
      } catch (IpcException e) {
        throw new CvmException(buffer.place() + ": " + e.getMessage(), e);
      }
    }
    for (StreamPlan stream : configuration.streams()) {
      try {
        names.declare(stream.name(), names.expect(stream.reader()), stream.access());
      } catch (IpcException e) {
        throw new CvmException(stream.place() + ": " + e.getMessage(), e);
      }
    }
  }

  /** Starts a cVM and waits as long as it says; whether others may be started. */
  private boolean start(CvmPlan plan) throws CvmException, InterruptedException {
    RunningCvm cvm;
    synchronized (started) {
      if (stop.getCount() == 0) {
        return false;
      }
      try {
        cvm = new RunningCvm(plan, engines.apply(plan), names, layers, console);
      } catch (CvmException e) {
        throw atItsPlace(plan, e);
      }
      started.add(cvm);
    }
    Optional<Duration> pause = plan.pause().time();
    if (pause.isPresent()) {
      return !stop.await(pause.get().toNanos(), TimeUnit.NANOSECONDS);
    }
    cvm.awaitProgram();
    return true;
  }

  private static CvmException atItsPlace(CvmPlan plan, CvmException e) {
    String name = "cVM '" + plan.name() + "'";
    return new CvmException(e.kind(), plan.place() + ": " + name + ": " + e.getMessage(), e);
  }

  private List<RunningCvm> snapshot() {
    synchronized (started) {
      return List.copyOf(started);
    }
  }

  /**
   * Ends all cVMs, the last one first: each is asked to end, and killed when it does not. None is
   * started any more.
   */
  public void stop() throws InterruptedException {
    stop.countDown();
    for (RunningCvm cvm : snapshot().reversed()) {
      stop(cvm);
    }
  }

  private static void stop(RunningCvm cvm) throws InterruptedException {
    cvm.terminate();
    if (!cvm.awaitEnd(GRACE)) {
      cvm.kill();
      cvm.awaitEnd();
    }
  }

  /** Ends some of the running cVMs, or all and for good when the name is empty. */
  public void stop(String name) throws InterruptedException {
    told.countDown();
    if (name.isEmpty()) {
      stop();
    }
    for (RunningCvm cvm : snapshot().reversed()) {
      if (cvm.name().equals(name)) {
        stop(cvm);
      }
    }
  }

  /** As {@link #stop(String)}, without asking the cVMs to end first. */
  public void kill(String name) throws InterruptedException {
    told.countDown();
    if (name.isEmpty()) {
      kill();
    }
    for (RunningCvm cvm : snapshot()) {
      if (name.isEmpty() || cvm.name().equals(name)) {
        cvm.kill();
        cvm.awaitEnd();
      }
    }
  }

  /** Waits until {@link #stop(String)} or {@link #kill(String)} was called for any of it. */
  public void awaitOrder() throws InterruptedException {
    told.await();
  }

  /** How its cVMs are, in the order of the configuration. */
  public List<CvmStatus> status() {
    Map<String, CvmStatus> known = new HashMap<>();
    snapshot().forEach(cvm -> known.put(cvm.name(), cvm.status()));
    return configuration.cvms().stream()
        .map(
            plan ->
                known.getOrDefault(
                    plan.name(),
                    new CvmStatus(plan.name(), CvmStatus.State.WAITING, 0, 0, Usage.NOTHING)))
        .toList();
  }

  /** What stands before each line of a cVM's output; nothing for no name. */
  public String prefix(String name) {
    return name.isEmpty() ? "" : console.prefix(name);
  }

  /** Kills all cVMs. None is started any more. */
  public void kill() {
    stop.countDown();
    snapshot().forEach(RunningCvm::kill);
  }
}
