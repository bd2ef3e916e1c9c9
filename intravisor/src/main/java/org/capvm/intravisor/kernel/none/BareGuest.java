package org.capvm.intravisor.kernel.none;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmException.Kind;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.Engine.CodeSpace;
import org.capvm.intravisor.cvm.Guest;
import org.capvm.intravisor.cvm.GuestSignal;
import org.capvm.intravisor.cvm.Placement;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.cvm.TranslationBudget;
import org.capvm.intravisor.cvm.Usage;
import org.capvm.intravisor.disk.DiskImage;
import org.capvm.intravisor.hostcall.BlockCalls;
import org.capvm.intravisor.hostcall.ConsoleCalls;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.intravisor.hostcall.HostcallTrace;
import org.capvm.intravisor.hostcall.MachineCalls;
import org.capvm.intravisor.hostcall.NestingCalls;
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
import org.capvm.intravisor.kernel.none.thread.HostcallServer;
import org.capvm.intravisor.kernel.none.thread.ServedFunction;
import org.capvm.intravisor.kernel.none.thread.ThreadStart;
import org.capvm.runtime.capability.Capability;
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

  /** What serves the hostcalls of nested cVMs, as the original names it. */
  private static final String HANDLER_SYMBOL = "syscall_handler";

  /** What a C program has in gp. */
  private static final String GLOBAL_POINTER_SYMBOL = "__global_pointer$";

  private final CvmOptions options;
  private final Engine engine;
  private final IpcNamespace names;
  private final String name;
  private final Layers layers;
  private final Optional<Placement> placement;
  private final ElfImage program;
  private final HostcallTable hostcalls = new HostcallTable();
  private DiskImage disk;
  private BareMemory memory;
  private Window window;
  private Participant participant;
  private BareThreads threads;
  private DescriptorTable descriptors;
  private OpenFile console;
  private OpenFile errors;
  private OptionalInt type = OptionalInt.empty();

  /** The layer around a nested cVM, once it runs. */
  private Layer outer;

  /**
   * A program that does not run yet, in a window of its own.
   *
   * @param names of what it shares with others
   * @param name by which they know it
   * @throws CvmException when there is none, or it cannot be run
   */
  public BareGuest(CvmOptions options, Engine engine, IpcNamespace names, String name)
      throws CvmException {
    this(options, engine, names, name, Layers.none());
  }

  /**
   * A program that does not run yet.
   *
   * @param names of what it shares with others
   * @param name by which they know it
   * @param layers which of them are nested in others
   * @throws CvmException when there is none, or it cannot be run
   */
  public BareGuest(
      CvmOptions options, Engine engine, IpcNamespace names, String name, Layers layers)
      throws CvmException {
    this.layers = layers;
    this.placement = layers.placement(name);
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
    if (serves() && !BareLoader.defines(program, HANDLER_SYMBOL)) {
      throw new CvmException(
          "%s has no function '%s' to serve the hostcalls of %s"
              .formatted(file(), HANDLER_SYMBOL, placement.get().inner()));
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

  private void load() throws CvmException {
    TranslationBudget budget = new TranslationBudget(options.limits());
    boolean tagged = program.capabilityUse() != CapabilityUse.NONE || placement.isPresent();
    memory = takeMemory(tagged);
    window = memory.window();
    BareLayout layout = memory.layout();
    participant = names.join(name);
    participant.enter(window);
    long entry = BareLoader.load(program, window, layout);

    String programName = placement.isPresent() ? name : file().getFileName().toString();
    FaultReport report = new FaultReport(programName, program, BareLoader.bias(program, layout));
    int most = Math.min(layout.threads(), options.limits().threads().orElse(BareThreads.MOST));
    Hart hart;
    BareHarts harts;
    if (tagged) {
      CodeSpace code = engine.attachTagged(window, options.dialect(), budget);
      if (program.capabilityUse() == CapabilityUse.HYBRID && memory.isWholeWindow()) {
        code.loaded(program, entry - program.entry());
      }
      BareKernel kernel =
          new BareKernel(hostcalls, report, _ -> code.flushed(0, 0), layout.returnCode());
      harts = new BareHarts(window, layout, code, kernel);
      hart = harts.newHart();
      prepareCapabilities(hart, entry);
    } else {
      CodeSpace code = engine.attach(window, budget);
      code.loaded(program, entry - program.entry());
      BareKernel kernel =
          new BareKernel(hostcalls, report, _ -> code.flushed(0, 0), layout.returnCode());
      harts = new BareHarts(window, layout, code, kernel);
      hart = harts.newHart();
      hart.pc = entry;
    }
    threads = new BareThreads(harts, programName, most, participant::interrupt, names.deadlines());
    if (serves()) {
      serve(harts);
    }
    harts.setStack(hart, 0);
    FirstStack.prepare(hart, layout, entry, arguments(), environment());
    addHostcalls(layout, most);
    if (outer != null) {
      hostcalls.setServer(outer.server(), participant);
      outer.enter(name, threads);
    }
    threads.startFirst(hart);
  }

  private BareMemory takeMemory(boolean tagged) throws CvmException {
    if (placement.isEmpty()) {
      return BareMemory.own(options.memory(), tagged, options.dialect());
    }
    Placement place = placement.get();
    if (place.outer().isEmpty()) {
      return BareMemory.outermost(place);
    }
    outer = layers.around(place);
    return outer.memory().nested(place);
  }

  /** Gives the first hart its capabilities, and the program its store of them. */
  private void prepareCapabilities(Hart h, long entry) {
    Dialect dialect = options.dialect();
    CapabilityStart.Program all = capabilities(entry);
    Capability sealer = CapabilityStart.sealer(dialect, memory);
    type = OptionalInt.of(engine.objectTypes().take());
    CapabilityStore.fill(
        window, memory.layout(), dialect, all, sealer, type.getAsInt(), address(RETURN_SYMBOL));
    CapabilityStart.prepare(h, dialect, all, sealer);
  }

  private CapabilityStart.Program capabilities(long address) {
    boolean pure = program.capabilityUse() == CapabilityUse.PURE;
    return CapabilityStart.program(options.dialect(), memory, pure, address);
  }

  /** Whether it is there for the hostcalls of others. */
  private boolean serves() {
    return placement.isPresent() && !placement.get().inner().isEmpty();
  }

  /** Lets others be nested in this cVM. */
  private void serve(BareHarts harts) {
    CapabilityStart.Program all = capabilities(address(HANDLER_SYMBOL).orElseThrow());
    Hart ready = harts.newHart();
    CapabilityStart.prepare(ready, options.dialect(), all, Capability.NULL);
    address(GLOBAL_POINTER_SYMBOL).ifPresent(gp -> ready.x3 = gp);
    ServedFunction handler = ServedFunction.handler(threads, ThreadStart.of(ready, all.data()));
    HostcallServer server = new HostcallServer(handler, outer == null ? null : outer.server());
    Layer layer = new Layer(name, memory, server, threads, placement.orElseThrow().inner());
    threads.serve(layer);
    layers.add(name, layer);
  }

  private OptionalLong address(String symbol) {
    return BareLoader.address(program, memory.layout(), symbol);
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
    NestingCalls.addTo(hostcalls);
    long size = placement.map(Placement::size).orElse(window.size());
    MachineCalls.addTo(hostcalls, size, layout.stacks(), layout.stackSize(), mostThreads);
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
  public void awaitProgram() throws InterruptedException {
    threads.awaitProgram();
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
    if (serves()) {
      layers.remove(name);
    }
    if (memory != null) {
      memory.close();
      memory = null;
    }
    if (outer != null) {
      outer.leave(name);
      outer = null;
    }
    if (disk != null) {
      disk.close();
      disk = null;
    }
    type.ifPresent(engine.objectTypes()::giveBack);
    type = OptionalInt.empty();
  }
}
