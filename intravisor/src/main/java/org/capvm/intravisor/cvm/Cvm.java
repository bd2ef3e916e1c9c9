package org.capvm.intravisor.cvm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.capvm.intravisor.cvm.CvmException.Kind;
import org.capvm.intravisor.cvm.Engine.CodeSpace;
import org.capvm.intravisor.kernel.host.HostKernel;
import org.capvm.intravisor.kernel.host.calls.CloneCalls;
import org.capvm.intravisor.kernel.host.calls.ExecCalls;
import org.capvm.intravisor.kernel.host.calls.SystemCalls;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.Place;
import org.capvm.intravisor.kernel.host.loader.LoadException;
import org.capvm.intravisor.kernel.host.loader.ProgramLoader;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.SharedMemory;
import org.capvm.intravisor.kernel.host.os.HostIdentity;
import org.capvm.intravisor.kernel.host.process.Credentials;
import org.capvm.intravisor.kernel.host.process.ExitStatus;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.process.ResourceLimits;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.ProcessSignals;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.syscall.Dispatch;
import org.capvm.intravisor.kernel.host.syscall.SystemCall;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.intravisor.kernel.host.syscall.Trace;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.host.HostSignals;
import org.capvm.runtime.memory.Window;

/**
 * A cVM under the {@code host} kernel: one program and the processes it makes. It is created,
 * started once, ends by itself or by {@link #kill}, and is closed.
 */
public final class Cvm implements AutoCloseable {
  private static final int DEFAULT_UMASK = 022;

  /** How long guest threads get to notice that they are killed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final Duration FOR_EVER = Duration.ofDays(365);

  private final CvmOptions options;
  private final Engine engine;
  private final SharedMemory sharedMemory = new SharedMemory();
  private final ProcessTable processes = new ProcessTable();
  private final SystemCallTable table;
  private final Dispatch dispatch;
  private final HostKernel kernel;
  private final GuestFiles files;
  private final ProgramLoader loader;
  private AddressSpace space;
  private Process program;

  private Cvm(CvmOptions options, Engine engine) throws CvmException {
    this.options = options;
    this.engine = engine;
    files = GuestFiles.open(options, processes);
    loader = new ProgramLoader(files.files());
    table =
        SystemCalls.table(
            new ExecCalls(loader, this::newAddressSpace), new CloneCalls(this::newAddressSpace));
    dispatch = new Dispatch(table, options.trace() ? new Trace(System.err) : null);
    kernel = new HostKernel(dispatch);
  }

  /**
   * Makes a cVM that does not run yet.
   *
   * @throws CvmException when a folder that it shall see is not there
   */
  public static Cvm create(CvmOptions options, Engine engine) throws CvmException {
    return new Cvm(options, engine);
  }

  /**
   * Runs a program until it has ended or the time is up; its children are killed then. Standard
   * input, output and error are those of the JVM.
   *
   * @throws CvmException when the program cannot be started
   */
  public static CvmResult run(CvmOptions options, Engine engine)
      throws CvmException, InterruptedException {
    try (Cvm cvm = create(options, engine)) {
      cvm.start(StandardStreams.ofJvm());
      return cvm.await();
    }
  }

  /**
   * As {@link #run}, for a program that the JVM stands for: SIGINT, SIGTERM and SIGHUP that the
   * host sends to the JVM go to the guest, which by default ends.
   */
  public static CvmResult runInForeground(CvmOptions options, Engine engine)
      throws CvmException, InterruptedException {
    try (Cvm cvm = create(options, engine)) {
      Map<String, Runnable> forwarding =
          Map.of(
              "INT", () -> cvm.post(Signals.SIGINT),
              "TERM", () -> cvm.post(Signals.SIGTERM),
              "HUP", () -> cvm.post(Signals.SIGHUP));
      try (HostSignals _ = new HostSignals(forwarding)) {
        cvm.start(StandardStreams.ofJvm());
        return cvm.await();
      }
    }
  }

  /** Sends a signal to all processes, as a terminal does to those in the foreground. */
  private void post(int signal) {
    processes.processes().forEach(p -> p.signals().post(SignalInfo.kernel(signal)));
  }

  /** Sends SIGTERM to the program, which may end, or not, or see to its children first. */
  public void terminate() {
    program.signals().post(SignalInfo.kernel(Signals.SIGTERM));
  }

  /** Ends all processes; {@link #await} returns soon. */
  public void kill() {
    for (Process process : processes.processes()) {
      process.exit(ExitStatus.killed(Signals.SIGKILL));
    }
  }

  /** Gives back what the cVM had, which must have ended or never started. */
  @Override
  public void close() {
    processes.close();
    files.close();
  }

  /**
   * Looks whether the program could be started: it and its dynamic linker are there and can be run.
   *
   * @throws CvmException when it could not
   */
  public static void check(CvmOptions options, Engine engine) throws CvmException {
    try (Cvm cvm = new Cvm(options, engine)) {
      Folder start = cvm.workingFolder();
      Credentials credentials = new Credentials(HostIdentity.user(), HostIdentity.group());
      try (ProgramLoader.Prepared _ = cvm.loader.prepare(cvm.request(start, credentials))) {
        return;
      } catch (LoadException e) {
        throw failure(e);
      } finally {
        start.release();
      }
    }
  }

  /**
   * Loads a program, its dynamic linker and the libraries it needs into a cVM that never starts, so
   * that an engine translates them.
   *
   * @throws CvmException when the program cannot be loaded
   */
  public static void load(CvmOptions options, Engine engine) throws CvmException {
    try (Cvm cvm = new Cvm(options, engine)) {
      Folder start = cvm.workingFolder();
      AddressSpace space = cvm.newAddressSpace();
      Credentials credentials = new Credentials(HostIdentity.user(), HostIdentity.group());
      try (ProgramLoader.Prepared prepared = cvm.loader.prepare(cvm.request(start, credentials))) {
        cvm.loader.load(prepared, space, cvm.newHart(space));
        cvm.loader.loadLibraries(prepared, space);
      } catch (LoadException e) {
        throw failure(e);
      } finally {
        start.release();
        space.leave();
      }
    }
  }

  private static CvmException failure(LoadException e) {
    Kind kind = e.programIsMissing() ? Kind.NO_PROGRAM : Kind.NOT_RUNNABLE;
    return new CvmException(kind, e.getMessage(), e);
  }

  private AddressSpace reserveMemory() throws CvmException {
    try {
      return newAddressSpace();
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      throw new CvmException("cannot reserve the memory: " + e.getMessage(), e);
    }
  }

  private AddressSpace newAddressSpace() {
    Window window = new Window(options.memory());
    return new AddressSpace(window, engine.attach(window), sharedMemory);
  }

  private Hart newHart(AddressSpace space) {
    return ((CodeSpace) space.executable()).map().newHart(space.window(), kernel);
  }

  /**
   * Loads the program and lets it run.
   *
   * @param streams its standard input, output and error, which it takes over
   * @throws CvmException when it cannot be started
   */
  public void start(StandardStreams streams) throws CvmException {
    if (program != null) {
      throw new IllegalStateException("started before");
    }
    DescriptorTable descriptors = streams.take();
    Credentials credentials = new Credentials(HostIdentity.user(), HostIdentity.group());
    Folder start = null;
    boolean started = false;
    try {
      space = reserveMemory();
      start = workingFolder();
      Hart hart = newHart(space);
      try (ProgramLoader.Prepared prepared = loader.prepare(request(start, credentials))) {
        loader.load(prepared, space, hart);
      }
      program =
          new Process(
              processes,
              null,
              this::newHart,
              space,
              descriptors,
              new FileContext(files.files(), start, DEFAULT_UMASK),
              new ResourceLimits(),
              credentials,
              new ProcessSignals());
      Task task = new Task(program, hart, true, 0);
      task.setName(ExecCalls.commandName(files.program()));
      task.start();
      started = true;
    } catch (LoadException e) {
      throw failure(e);
    } finally {
      if (!started) {
        descriptors.closeAll();
        if (start != null) {
          start.release();
        }
        if (space != null) {
          space.leave();
        }
      }
    }
  }

  private ProgramLoader.Request request(Folder start, Credentials credentials) {
    List<String> arguments = new ArrayList<>();
    arguments.add(HostText.bytes(options.program()));
    options.arguments().forEach(a -> arguments.add(HostText.bytes(a)));
    List<String> environment = new ArrayList<>();
    new TreeMap<>(options.environment())
        .forEach((name, value) -> environment.add(HostText.bytes(name + "=" + value)));
    return new ProgramLoader.Request(
        start, options.program(), files.program(), arguments, environment, credentials);
  }

  private Folder workingFolder() throws CvmException {
    String path = HostText.bytes(options.workingFolder()) + "/";
    try (Place place = files.files().resolve(files.files().root(), path, true)) {
      if (place.error() != 0 || place.name() != null) {
        throw new CvmException("working folder " + options.workingFolder() + " does not exist");
      }
      return place.folder().retain();
    }
  }

  /**
   * Waits until the program has ended or its time is up, and ends what it leaves behind.
   *
   * @return how the program ended
   */
  public CvmResult await() throws InterruptedException {
    boolean ended = program.awaitEnd(options.timeLimit().orElse(FOR_EVER));
    kill();
    for (Process left : processes.processes()) {
      left.awaitEnd(GRACE);
    }
    int status = ended ? program.exitStatus().shellStatus() : CvmResult.TIME_LIMIT;
    return new CvmResult(status, systemCalls(), space.mostMappedBytes());
  }

  private Map<String, Long> systemCalls() {
    Map<String, Long> byName = new TreeMap<>();
    dispatch
        .counts()
        .byNumber()
        .forEach(
            (number, count) -> {
              SystemCall call = table.get(number);
              byName.merge(call == null ? "unknown " + number : call.name(), count, Long::sum);
            });
    return byName;
  }
}
