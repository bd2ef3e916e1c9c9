package org.capvm.testsuite.hostcall;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.CvmResult;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.KernelKind;
import org.capvm.intravisor.cvm.Limits;
import org.capvm.intravisor.cvm.StandardStreams;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.none.BareGuest;
import org.capvm.intravisor.kernel.none.Layers;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.bare.BareProgram;
import org.capvm.testsuite.bare.BareProgram.Use;

/**
 * A bare cVM that makes the hostcalls which a test asks for: {@code executor.S}. Its stacks begin
 * at 8 MiB, and its memory is free from {@link #ARENA} up to there.
 */
final class HostcallExecutor implements AutoCloseable {
  /** Size of its memory in bytes. */
  static final long MEMORY = 16 << 20;

  /** Memory that nothing is in. */
  static final long ARENA = 6 << 20;

  /** Where the stacks of its threads begin, the capability store before them. */
  static final long STACKS = MEMORY / 2 + (128 << 10);

  /** The guard page of its first thread's stack; what lies below it is another stack. */
  static final long GUARD = MEMORY - (128 << 10);

  private static final long JOBS = 4 << 20;
  private static final int JOB = 256;
  private static final int RESULT = 16;
  private static final int LOST = 24;
  private static final int ARGUMENTS = 32;
  private static final int GIVEN = 160;

  /** Ends when a call is not answered: far longer than any takes. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** How it makes its calls. */
  enum Form {
    PLAIN(Use.NONE),
    HYBRID(Use.HYBRID, "-DCAPABILITIES"),
    HYBRID_BY_GATE(Use.HYBRID, "-DCAPABILITIES", "-DGATE"),
    HYBRID_GIVEN(Use.HYBRID, "-DCAPABILITIES", "-DGIVEN"),
    PURE(Use.PURE, "-DCAPABILITIES", "-DPURE"),
    PURE_BY_GATE(Use.PURE, "-DCAPABILITIES", "-DPURE", "-DGATE"),
    PURE_GIVEN(Use.PURE, "-DCAPABILITIES", "-DPURE", "-DGIVEN");

    /** Those that call as programs do. */
    static final Set<Form> USUAL = EnumSet.complementOf(EnumSet.of(HYBRID_GIVEN, PURE_GIVEN));

    private final Use use;
    private final List<String> options;

    Form(Use use, String... options) {
      this.use = use;
      this.options = List.of(options);
    }

    boolean hasCapabilities() {
      return use != Use.NONE;
    }

    /** Whether pointers are capabilities. */
    boolean isPure() {
      return use == Use.PURE;
    }

    /** What it names a function by. */
    Capability code(long address) {
      return isPure()
          ? RootCapabilities.code(Dialect.XCHERI_V9, MEMORY, true).withAddress(address)
          : Capability.integer(address);
    }

    /** Builds its program. */
    Path build(Path folder) throws IOException, InterruptedException {
      Path own = Files.createDirectories(folder.resolve(name()));
      return BareProgram.build(own, "executor.S", use, options.toArray(String[]::new));
    }
  }

  /** A call to make: its number, and a0 and on. */
  record Job(String what, int number, List<Capability> arguments) {
    Job(String what, int number, long... arguments) {
      this(what, number, Arrays.stream(arguments).mapToObj(Capability::integer).toList());
    }
  }

  private final BareGuest guest;
  private final Cvm cvm;
  private final StandardStreams streams;
  private final Window window;

  /** Starts it; it waits for {@link #begin}. */
  HostcallExecutor(Path program, Engine engine, IpcNamespace names, String name) throws Exception {
    this(program, engine, names, name, Limits.NONE);
  }

  /** The same with limits. */
  HostcallExecutor(Path program, Engine engine, IpcNamespace names, String name, Limits limits)
      throws Exception {
    CvmOptions options =
        CvmOptions.of(program.toString())
            .withKernel(KernelKind.NONE)
            .withMemory(MEMORY)
            .withTimeLimit(LIMIT)
            .withLimits(limits);
    guest = new BareGuest(options, engine, names, name, Layers.none());
    cvm = new Cvm(guest, options);
    streams = StandardStreams.piped();
    cvm.start(streams);
    window = GuestMemory.window(guest);
    if (window.tags() != null) {
      // We write to its memory while it runs.
      window.tags().setShared(true);
    }
  }

  Window window() {
    return window;
  }

  Participant participant() {
    return GuestMemory.participant(guest);
  }

  HostcallTable hostcalls() {
    return GuestMemory.hostcalls(guest);
  }

  Cvm cvm() {
    return cvm;
  }

  /** Puts text into its memory. */
  void put(long address, String text) {
    put(address, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Puts code into its memory. */
  void put(long address, int... instructions) {
    window.write(address, MemorySegment.ofArray(instructions));
  }

  void put(long address, byte[] bytes) {
    window.write(address, MemorySegment.ofArray(bytes));
  }

  /** Lets it make calls, one after the other, and end. */
  void begin(List<Job> jobs) {
    begin(jobs, List.of());
  }

  /**
   * The same for a program with {@code -DGIVEN}.
   *
   * @param given what it uses for CInvoke: code and data, those of the return, its own data
   */
  void begin(List<Job> jobs, List<Capability> given) {
    long at = JOBS;
    for (Job job : jobs) {
      at += JOB;
      if (at + JOB > ARENA) {
        throw new IllegalArgumentException("too many calls");
      }
      putLong(at, job.number());
      for (int i = 0; i < job.arguments().size(); i++) {
        long place = at + ARGUMENTS + (long) i * Capability.SIZE;
        if (window.tags() == null) {
          putLong(place, job.arguments().get(i).address());
        } else {
          window.tags().store(place, job.arguments().get(i));
        }
      }
      for (int i = 0; i < given.size(); i++) {
        window.tags().store(at + GIVEN + (long) i * Capability.SIZE, given.get(i));
      }
    }
    putLong(JOBS + Long.BYTES, jobs.size());
    VarHandle.fullFence();
    putLong(JOBS, 1);
  }

  private void putLong(long address, long value) {
    window.write(address, MemorySegment.ofArray(new long[] {value}));
  }

  /** Where the first argument of a call is, counted from 0. */
  static long argument(int job) {
    return JOBS + (job + 1L) * JOB + ARGUMENTS;
  }

  /** The address behind the calls, before which memory changes as it makes them. */
  static long endOfCalls(List<Job> jobs) {
    return JOBS + (jobs.size() + 1L) * JOB;
  }

  /** Waits until it has made so many calls in all, of which the last one may still wait. */
  void awaitCalls(long calls) throws InterruptedException {
    long start = System.nanoTime();
    while (cvm.usage().calls() < calls) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new AssertionError("no " + calls + " calls, but " + cvm.usage());
      }
      Thread.sleep(1);
    }
  }

  /** Whether it ends within some time. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return guest.awaitEnd(time);
  }

  /** Waits for its end. Its memory can still be looked at. */
  CvmResult await() throws InterruptedException {
    return cvm.await();
  }

  /** What a call gave back; nothing when it lost a register that it had to keep. */
  OptionalLong result(int job) {
    long at = JOBS + (job + 1L) * JOB;
    MemorySegment record = window.segment(at, JOB);
    return record.get(ValueLayout.JAVA_LONG_UNALIGNED, LOST) == 0
        ? OptionalLong.of(record.get(ValueLayout.JAVA_LONG_UNALIGNED, RESULT))
        : OptionalLong.empty();
  }

  /** What it has printed. */
  byte[] output() throws IOException {
    return streams.output().readNBytes(streams.output().available());
  }

  @Override
  public void close() throws IOException {
    cvm.kill();
    streams.close();
    cvm.close();
  }
}
