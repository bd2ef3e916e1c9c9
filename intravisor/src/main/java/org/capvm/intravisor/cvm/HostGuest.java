package org.capvm.intravisor.cvm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.capvm.intravisor.cvm.CvmException.Kind;
import org.capvm.intravisor.cvm.Engine.CodeSpace;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.HostKernel;
import org.capvm.intravisor.kernel.host.calls.CloneCalls;
import org.capvm.intravisor.kernel.host.calls.ExecCalls;
import org.capvm.intravisor.kernel.host.calls.SystemCalls;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.Place;
import org.capvm.intravisor.kernel.host.ipc.IpcFolder;
import org.capvm.intravisor.kernel.host.loader.LoadException;
import org.capvm.intravisor.kernel.host.loader.ProgramLoader;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.SharedMemory;
import org.capvm.intravisor.kernel.host.os.HostIdentity;
import org.capvm.intravisor.kernel.host.process.Credentials;
import org.capvm.intravisor.kernel.host.process.ExitStatus;
import org.capvm.intravisor.kernel.host.process.HartFactory;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.process.ResourceLimits;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.ProcessSignals;
import org.capvm.intravisor.kernel.host.signal.SignalInfo;
import org.capvm.intravisor.kernel.host.syscall.Dispatch;
import org.capvm.intravisor.kernel.host.syscall.SystemCall;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.intravisor.kernel.host.syscall.Trace;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/** A program under the {@code host} kernel, and the processes it makes. */
public final class HostGuest implements Guest {
  private static final int DEFAULT_UMASK = 022;

  /** How long guest threads get to notice that they are killed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final CvmOptions options;
  private final Engine engine;
  private final SharedMemory sharedMemory = new SharedMemory();
  private final ProcessTable processes;
  private final IpcNamespace names;
  private final Participant participant;
  private final TranslationBudget budget;
  private final SystemCallTable table;
  private final Dispatch dispatch;
  private final HostKernel kernel;
  private final GuestFiles files;
  private final ProgramLoader loader;
  private final HartFactory harts = new Harts();
  private AddressSpace space;
  private Process program;

  /**
   * A program that does not run yet, and shares nothing with other cVMs.
   *
   * @throws CvmException when a folder that it shall see is not there
   */
  public HostGuest(CvmOptions options, Engine engine) throws CvmException {
    this(options, engine, new IpcNamespace(), "cvm");
  }

  /**
   * A program that does not run yet.
   *
   * @param names of what it shares with others
   * @param name by which they know it
   * @throws CvmException when a folder that it shall see is not there
   */
  public HostGuest(CvmOptions options, Engine engine, IpcNamespace names, String name)
      throws CvmException {
    if (options.disk().isPresent()) {
      throw new CvmException("a disk is for programs without a kernel: use a volume instead");
    }
    this.options = options;
    this.engine = engine;
    this.names = names;
    participant = names.join(name);
    budget = new TranslationBudget(options.limits());
    processes = new ProcessTable(options.limits().threads().orElse(ProcessTable.MOST_TASKS));
    files = GuestFiles.open(options, processes, IpcFolder.mount(names, participant));
    loader = new ProgramLoader(files.files(), options.dialect());
    table =
        SystemCalls.table(
            new ExecCalls(loader, this::newAddressSpace), new CloneCalls(this::newAddressSpace));
    dispatch = new Dispatch(table, options.trace() ? new Trace(System.err) : null);
    kernel = new HostKernel(dispatch);
  }

  /** The memory of the program that was started, until it executes another one. */
  public Window memory() {
    return space.window();
  }

  @Override
  public void signal(int number) {
    processes.processes().forEach(p -> p.signals().post(SignalInfo.kernel(number)));
  }

  @Override
  public void terminate() {
    program.signals().post(SignalInfo.kernel(GuestSignal.TERMINATE));
  }

  @Override
  public void kill() {
    // The others see streams that broke off, and the program nothing of that: it is exiting by
    // then.
    participant.kill();
    for (Process process : processes.processes()) {
      process.exit(ExitStatus.killed(GuestSignal.KILL));
    }
    names.end(participant);
  }

  @Override
  public void close() {
    processes.close();
    files.close();
    names.end(participant);
  }

  /**
   * Looks whether the program could be started: it and its dynamic linker are there and can be run.
   *
   * @throws CvmException when it could not
   */
  public static void check(CvmOptions options, Engine engine) throws CvmException {
    HostGuest guest = new HostGuest(options, engine);
    try {
      Folder start = guest.workingFolder();
      Credentials credentials = new Credentials(HostIdentity.user(), HostIdentity.group());
      try (ProgramLoader.Prepared _ = guest.loader.prepare(guest.request(start, credentials))) {
        return;
      } catch (LoadException e) {
        throw failure(e);
      } finally {
        start.release();
      }
    } finally {
      guest.close();
    }
  }

  /**
   * Loads a program, its dynamic linker and the libraries it needs into a cVM that never starts, so
   * that an engine translates them.
   *
   * @throws CvmException when the program cannot be loaded
   */
  public static void load(CvmOptions options, Engine engine) throws CvmException {
    HostGuest guest = new HostGuest(options, engine);
    try {
      Folder start = guest.workingFolder();
      Credentials credentials = new Credentials(HostIdentity.user(), HostIdentity.group());
      try (ProgramLoader.Prepared prepared =
          guest.loader.prepare(guest.request(start, credentials))) {
        AddressSpace space = guest.newAddressSpace(prepared.usesCapabilities());
        try {
          guest.loader.load(prepared, space, guest.harts.create(space));
          guest.loader.loadLibraries(prepared, space);
        } finally {
          space.leave();
        }
      } catch (LoadException e) {
        throw failure(e);
      } finally {
        start.release();
      }
    } finally {
      guest.close();
    }
  }

  private static CvmException failure(LoadException e) {
    Kind kind = e.programIsMissing() ? Kind.NO_PROGRAM : Kind.NOT_RUNNABLE;
    return new CvmException(kind, e.getMessage(), e);
  }

  private AddressSpace reserveMemory(boolean tagged) throws CvmException {
    try {
      return newAddressSpace(tagged);
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      throw new CvmException("cannot reserve the memory: " + e.getMessage(), e);
    }
  }

  private AddressSpace newAddressSpace(boolean tagged) {
    Window window = new Window(options.memory(), tagged);
    CodeSpace code =
        tagged
            ? engine.attachTagged(window, options.dialect(), budget)
            : engine.attach(window, budget);
    return new AddressSpace(window, code, sharedMemory);
  }

  /** Harts of the engine's code, whose environment calls come to the kernel. */
  private final class Harts implements HartFactory {
    @Override
    public Hart create(AddressSpace of) {
      return ((CodeSpace) of.executable()).map().newHart(of.window(), kernel);
    }

    @Override
    public void run(Hart h, AddressSpace of) {
      ((CodeSpace) of.executable()).run(h);
    }
  }

  @Override
  public void start(StandardStreams streams) throws CvmException {
    DescriptorTable descriptors = streams.take();
    ResourceLimits resources = new ResourceLimits();
    options
        .limits()
        .openFiles()
        .ifPresent(
            most -> {
              descriptors.setLimit(most);
              resources.limitFiles(most);
            });
    Credentials credentials = new Credentials(HostIdentity.user(), HostIdentity.group());
    Folder start = null;
    boolean started = false;
    try {
      start = workingFolder();
      Hart hart;
      try (ProgramLoader.Prepared prepared = loader.prepare(request(start, credentials))) {
        space = reserveMemory(prepared.usesCapabilities());
        hart = harts.create(space);
        loader.load(prepared, space, hart);
      }
      program =
          new Process(
              processes,
              null,
              harts,
              space,
              descriptors,
              new FileContext(files.files(), start, DEFAULT_UMASK),
              resources,
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

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return program.awaitEnd(limit);
  }

  @Override
  public void awaitProgram() throws InterruptedException {
    awaitEnd(Cvm.FOR_EVER);
  }

  @Override
  public void finish() throws InterruptedException {
    kill();
    for (Process left : processes.processes()) {
      left.awaitEnd(GRACE);
    }
  }

  @Override
  public int exitStatus() {
    return program.exitStatus().shellStatus();
  }

  @Override
  public Usage usage() {
    long time = 0;
    int threads = 0;
    Set<AddressSpace> spaces = new HashSet<>();
    for (Process process : processes.processes()) {
      time += process.cpuTime() + process.childrenTime();
      threads += process.tasks().size();
      spaces.add(process.addressSpace());
    }
    return new Usage(
        time,
        spaces.stream().mapToLong(AddressSpace::mappedBytes).sum(),
        threads,
        dispatch.counts().byNumber().values().stream().mapToLong(count -> count).sum());
  }

  @Override
  public long mostMappedBytes() {
    return space.mostMappedBytes();
  }

  @Override
  public Map<String, Long> calls() {
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
