package org.capvm.intravisor.cvm;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.capvm.intravisor.event.CvmStartEvent;
import org.capvm.intravisor.event.CvmStopEvent;
import org.capvm.runtime.host.HostSignals;

/**
 * A cVM: a program, its memory and its kernel. It is created, started once, ends by itself or by
 * {@link #kill}, and is closed. This object alone decides which of these may happen next; any
 * thread may call it.
 */
public final class Cvm implements AutoCloseable {
  /** Where a cVM is in its life. */
  public enum State {
    CREATED,
    RUNNING,
    ENDED,
    CLOSED
  }

  /** Long enough for nobody to wait so long, and short enough for nanoseconds in a long. */
  static final Duration FOR_EVER = Duration.ofDays(365);

  /** How often a limited processor time is looked at: a limit is exceeded by at most that. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Guest guest;
  private final CvmOptions options;
  private final String name;
  private final Duration timeLimit;
  private final Optional<Duration> cpuLimit;
  private State state = State.CREATED;
  private boolean killed;
  private volatile int limitStatus = CvmResult.TIME_LIMIT;
  private boolean started;
  private long startTime;
  private CvmResult result;
  private CvmStopEvent life;
  private Usage usage = Usage.NOTHING;

  /**
   * A cVM that does not run yet.
   *
   * @param guest nobody else calls it from now on
   * @param options of which the limits of time are seen to here
   */
  public Cvm(Guest guest, CvmOptions options) {
    this(guest, options, "cvm");
  }

  /**
   * As the other.
   *
   * @param name for recordings
   */
  public Cvm(Guest guest, CvmOptions options, String name) {
    this.guest = guest;
    this.options = options;
    this.name = name;
    this.cpuLimit = options.limits().cpuTime();
    this.timeLimit = options.timeLimit().orElse(FOR_EVER);
  }

  public synchronized State state() {
    return state;
  }

  /**
   * Loads the program and lets it run.
   *
   * @param streams its standard input, output and error, which it takes over
   * @throws CvmException when it cannot be started; it has then ended
   * @throws IllegalStateException when it was started or closed before
   */
  public synchronized void start(StandardStreams streams) throws CvmException {
    require(State.CREATED);
    state = State.ENDED;
    CvmStartEvent event = CvmStartEvent.ifRecorded();
    guest.start(streams);
    if (event != null) {
      event.end(name, options.program(), options.kernel().name(), options.memory());
    }
    life = CvmStopEvent.ifRecorded();
    startTime = System.nanoTime();
    started = true;
    state = State.RUNNING;
  }

  private void require(State expected) {
    if (state != expected) {
      throw new IllegalStateException("the cVM is " + state + ", not " + expected);
    }
  }

  /** Asks a running program to end, as {@code kill -TERM} does. */
  public synchronized void terminate() {
    if (state == State.RUNNING) {
      guest.terminate();
    }
  }

  /** Ends a running program; {@link #await} returns soon. */
  public synchronized void kill() {
    if (state == State.RUNNING) {
      killed = true;
      guest.kill();
    }
  }

  private synchronized void signal(int number) {
    if (state == State.RUNNING) {
      guest.signal(number);
    }
  }

  /**
   * Waits until the program has ended or its time is up, and ends what it leaves behind.
   *
   * @return how the program ended
   * @throws IllegalStateException when it was never started
   */
  public CvmResult await() throws InterruptedException {
    boolean ended = awaitEnd(startTime());
    synchronized (this) {
      if (result == null) {
        usage();
        guest.finish();
        result =
            new CvmResult(
                ended || killed ? guest.exitStatus() : limitStatus,
                guest.calls(),
                guest.mostMappedBytes());
        state = State.ENDED;
        recordEnd(result.exitStatus());
      }
      return result;
    }
  }

  /**
   * Waits for the end of the program itself: its cVM may stay longer, to serve others that are
   * nested in it.
   *
   * @throws IllegalStateException when it was never started
   */
  public void awaitProgram() throws InterruptedException {
    startTime();
    guest.awaitProgram();
  }

  /** Waits for the end of the program, or until it has used up a limit. */
  private boolean awaitEnd(long start) throws InterruptedException {
    while (true) {
      long left = timeLimit.toNanos() - (System.nanoTime() - start);
      boolean looks = cpuLimit.isPresent() && left > LOOK.toNanos();
      if (guest.awaitEnd(looks ? LOOK : Duration.ofNanos(left))) {
        return true;
      }
      if (!looks) {
        return false;
      }
      if (usage().cpuNanoseconds() >= cpuLimit.get().toNanos()) {
        limitStatus = GuestSignal.STATUS + GuestSignal.CPU_TIME;
        return false;
      }
    }
  }

  private synchronized long startTime() {
    if (!started) {
      throw new IllegalStateException("the cVM was not started");
    }
    return startTime;
  }

  /** What it takes now, or took when it ended. */
  public synchronized Usage usage() {
    if (state == State.RUNNING) {
      usage = guest.usage();
    }
    return usage;
  }

  /** How often each system call or hostcall was made so far, by name; none before it runs. */
  public synchronized Map<String, Long> calls() {
    return state == State.RUNNING || state == State.ENDED && started ? guest.calls() : Map.of();
  }

  /** Gives back what the cVM has; a running program is killed. */
  @Override
  public synchronized void close() {
    if (state == State.CLOSED) {
      return;
    }
    if (state == State.RUNNING) {
      kill();
      try {
        guest.finish();
      } catch (InterruptedException e) {
        // Its threads are ending; what they still use is given back with the last of them.
        Thread.currentThread().interrupt();
      }
    }
    recordEnd(started ? guest.exitStatus() : 0);
    state = State.CLOSED;
    guest.close();
  }

  private void recordEnd(int status) {
    if (life != null) {
      life.end(name, status, usage.cpuNanoseconds(), usage.calls());
      life = null;
    }
  }

  /** Starts the program with the JVM's standard streams, waits for its end, and closes. */
  public CvmResult run() throws CvmException, InterruptedException {
    try (this) {
      start(StandardStreams.ofJvm());
      return await();
    }
  }

  /**
   * As {@link #run}, for a program that the JVM stands for: SIGINT, SIGTERM and SIGHUP that the
   * host sends to the JVM go to the guest, which by default ends.
   */
  public CvmResult runInForeground() throws CvmException, InterruptedException {
    Map<String, Runnable> forwarding =
        Map.of(
            "INT", () -> signal(GuestSignal.INTERRUPT),
            "TERM", () -> signal(GuestSignal.TERMINATE),
            "HUP", () -> signal(GuestSignal.HANG_UP));
    try (HostSignals _ = new HostSignals(forwarding)) {
      return run();
    }
  }
}
