package org.capvm.intravisor.kernel.none;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmException.Kind;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.Engine.CodeSpace;
import org.capvm.intravisor.cvm.Guest;
import org.capvm.intravisor.cvm.GuestSignal;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.cvm.TranslationBudget;
import org.capvm.intravisor.cvm.Usage;
import org.capvm.intravisor.disk.DiskImage;
import org.capvm.intravisor.hostcall.BlockCalls;
import org.capvm.intravisor.hostcall.ConsoleCalls;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.intravisor.hostcall.HostcallTrace;
import org.capvm.intravisor.hostcall.MachineCalls;
import org.capvm.intravisor.hostcall.SynchronizationCalls;
import org.capvm.intravisor.hostcall.ThreadCalls;
import org.capvm.intravisor.hostcall.TimeCalls;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.calls.CallCalls;
import org.capvm.intravisor.ipc.calls.FileCalls;
import org.capvm.intravisor.ipc.calls.StreamCalls;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.none.thread.BareThreads;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.CapabilityUse;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/** A bare program: all of the window is its memory, see {@link BareLayout}. */
public final class BareGuest implements Guest {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** Where hostcalls by CInvoke return to, as the original names it. */
  private static final String RETURN_SYMBOL = "ret_from_monitor";

  /**
   * Room for shared buffers in bytes. It costs 5 bytes of tables for each page, and a cVM that uses
   * it up gets an error.
   */
  private static final long ALIASES = 256L << 20;

  private final CvmOptions options;
  private final Engine engine;
  private final IpcNamespace names;
  private final String name;
  private final ElfImage program;
  private final HostcallTable hostcalls = new HostcallTable();
  private DiskImage disk;
  private Window window;
  private Participant participant;
  private BareThreads threads;
  private DescriptorTable descriptors;
  private OpenFile console;
  private OpenFile errors;
  private OptionalInt type = OptionalInt.empty();

  /**
   * A program that does not run yet.
   *
   * @param names of what it shares with others
   * @param name by which they know it
   * @throws CvmException when there is none, or it cannot be run
   */
  public BareGuest(CvmOptions options, Engine engine, IpcNamespace names, String name)
      throws CvmException {
    this.options = options;
    this.engine = engine;
    this.names = names;
    this.name = name;
    try {
      program = ElfImage.read(file());
    } catch (ElfException e) {
      Kind kind = Files.exists(file()) ? Kind.NOT_RUNNABLE : Kind.NO_PROGRAM;
      throw new CvmException(kind, e.getMessage(), e);
    }
    if (!options.volumes().isEmpty()) {
      throw new CvmException("volumes are for programs with a kernel");
    }
    disk = options.disk().isPresent() ? DiskImage.open(options.disk().get()) : null;
  }

  private Path file() {
    return options
        .root()
        .map(root -> root.resolve(options.program().replaceFirst("^/+", "")))
        .orElseGet(() -> Path.of(options.program()));
  }

  @Override
  public void start(StandardStreams streams) throws CvmException {
    descriptors = streams.take();
    console = descriptors.acquire(STANDARD_OUTPUT);
    errors = descriptors.acquire(STANDARD_ERROR);
    hostcalls.observe(name, options.trace() ? new HostcallTrace(errors) : null);
    boolean started = false;
    try {
      load();
      started = true;
    } catch (IllegalArgumentException | OutOfMemoryError e) {
      throw new CvmException(e.getMessage(), e);
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private void load() {
    TranslationBudget budget = new TranslationBudget(options.limits());
    CapabilityUse use = program.capabilityUse();
    boolean tagged = use != CapabilityUse.NONE;
    window = new Window(options.memory(), tagged, tagged ? ALIASES : 0);
    participant = names.join(name);
    participant.enter(window);
    Dialect dialect = options.dialect();
    BareLayout layout =
        BareLayout.of(
            tagged ? CapabilityStart.representable(dialect, window.size()) : window.size());
    long entry = BareLoader.load(program, window, layout);

    String programName = file().getFileName().toString();
    FaultReport report = new FaultReport(programName, program, BareLoader.bias(program));
    BareHarts harts;
    Hart hart;
    if (tagged) {
      window.tags().setShared(false);
      CodeSpace code = engine.attachTagged(window, dialect, budget);
      if (use == CapabilityUse.HYBRID) {
        code.loaded(program, entry - program.entry());
      }
      BareKernel kernel =
          new BareKernel(hostcalls, report, _ -> code.flushed(0, 0), layout.returnCode());
      harts = new BareHarts(window, layout, code, kernel);
      hart = harts.newHart();
      type = OptionalInt.of(engine.objectTypes().take());
      CapabilityStart.Program all = CapabilityStart.program(dialect, layout.size(), use, entry);
      CapabilityStore.fill(
          window,
          layout,
          dialect,
          all.code(),
          all.data(),
          type.getAsInt(),
          BareLoader.address(program, RETURN_SYMBOL));
      CapabilityStart.prepare(hart, dialect, all);
    } else {
      CodeSpace code = engine.attach(window, budget);
      code.loaded(program, entry - program.entry());
      BareKernel kernel =
          new BareKernel(hostcalls, report, _ -> code.flushed(0, 0), layout.returnCode());
      harts = new BareHarts(window, layout, code, kernel);
      hart = harts.newHart();
      hart.pc = entry;
    }
    harts.setStack(hart, 0);
    FirstStack.prepare(hart, layout, entry, arguments(), environment());
    int most = Math.min(layout.threads(), options.limits().threads().orElse(BareThreads.MOST));
    threads = new BareThreads(harts, programName, most, participant::interrupt, names.deadlines());
    addHostcalls(layout, most);
    threads.startFirst(hart);
  }

  private List<String> arguments() {
    List<String> all = new ArrayList<>(options.arguments());
    all.addFirst(options.program());
    return all;
  }

  private List<String> environment() {
    return options.environment().entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .toList();
  }

  private void addHostcalls(BareLayout layout, int mostThreads) {
    ConsoleCalls.addTo(hostcalls, console);
    SynchronizationCalls.addTo(hostcalls, threads);
    ThreadCalls.addTo(hostcalls, threads);
    TimeCalls.addTo(hostcalls, threads, Clock.systemUTC());
    new FileCalls(names, participant).all().forEach(hostcalls::add);
    new StreamCalls(names, participant).all().forEach(hostcalls::add);
    BlockCalls.addTo(hostcalls, disk);
    new CallCalls(names, participant, threads).all().forEach(hostcalls::add);
    MachineCalls.addTo(hostcalls, window.size(), layout.stacks(), layout.stackSize(), mostThreads);
  }

  @Override
  public void signal(int number) {
    threads.end(GuestSignal.STATUS + number);
  }

  /** A bare program has no handlers of signals. */
  @Override
  public void terminate() {
    signal(GuestSignal.TERMINATE);
  }

  @Override
  public void kill() {
    signal(GuestSignal.KILL);
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return threads.awaitEnd(limit);
  }

  @Override
  public void finish() throws InterruptedException {
    kill();
    threads.awaitEnd();
  }

  @Override
  public int exitStatus() {
    return threads.status();
  }

  @Override
  public Map<String, Long> calls() {
    return hostcalls.counts();
  }

  @Override
  public Usage usage() {
    return new Usage(
        threads.cpuTime(),
        options.memory(),
        threads.count(),
        hostcalls.counts().values().stream().mapToLong(count -> count).sum());
  }

  @Override
  public long mostMappedBytes() {
    return options.memory();
  }

  @Override
  public void close() {
    if (console != null) {
      console.release();
      console = null;
    }
    if (errors != null) {
      errors.release();
      errors = null;
    }
    if (descriptors != null) {
      descriptors.closeAll();
      descriptors = null;
    }
    if (threads != null) {
      threads.close();
    }
    if (participant != null) {
      names.end(participant);
      participant = null;
    }
    if (window != null) {
      window.close();
      window = null;
    }
    if (disk != null) {
      disk.close();
      disk = null;
    }
    type.ifPresent(engine.objectTypes()::giveBack);
    type = OptionalInt.empty();
  }
}
