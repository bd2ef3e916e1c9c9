package org.capvm.intravisor.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.capvm.intravisor.bench.IpcGuests.Operation;
import org.capvm.intravisor.cvm.Engine;

/**
 * What cVMs share, against what processes share. All cases of a size are measured one after the
 * other, and that again in each round; what arrived is checked before a time counts.
 */
public final class IpcSuite {
  /** Sizes when none are asked for, in bytes. */
  public static final List<Long> SIZES =
      List.of(
          16L, 64L, 256L, 1L << 10, 4L << 10, 16L << 10, 64L << 10, 256L << 10, 1L << 20, 4L << 20);

  public static final long LARGEST = IpcGuests.LARGEST;

  private static final long LARGEST_CALL = 64L << 10;

  /** Sizes are multiples of it: the copied unit. */
  public static final long UNIT = 16;

  static final String ONE_WAY = "ipc";
  static final String ROUND_TRIP = "ipc_round_trip";

  private static final String NATIVE_MEMCPY = "native_memcpy";
  private static final String UNIX_SOCKET = "unix_socket";
  private static final int MOST_WARM_UPS = 3;

  private final List<Long> sizes;
  private final int rounds;
  private final Engine engine;
  private final Consumer<String> progress;

  /** What is measured together: a case in one of the two suites. */
  private record Case(String suite, String name, String baseline, Operation operation) {
    boolean isRoundTrip() {
      return suite.equals(ROUND_TRIP);
    }

    boolean isNative() {
      return operation == null;
    }

    /** The bytes of a call are copied to a quarter of a stack, here 128 KiB. */
    boolean takes(long size) {
      return operation != Operation.CALL || size <= LARGEST_CALL;
    }

    boolean isCopy() {
      return name.endsWith("memcpy") || name.equals("cp_file");
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(ONE_WAY, NATIVE_MEMCPY, NATIVE_MEMCPY, null),
          new Case(ONE_WAY, "memcpy", NATIVE_MEMCPY, Operation.COPY),
          new Case(ONE_WAY, "cp_file", "memcpy", Operation.FILE_COPY),
          new Case(ONE_WAY, "mmap_memcpy", NATIVE_MEMCPY, null),
          new Case(ONE_WAY, "cp_stream", UNIX_SOCKET, Operation.ONE_WAY),
          new Case(ONE_WAY, "cp_call", UNIX_SOCKET, Operation.CALL),
          new Case(ONE_WAY, "pipe", UNIX_SOCKET, null),
          new Case(ONE_WAY, UNIX_SOCKET, UNIX_SOCKET, null),
          new Case(ONE_WAY, "tcp", UNIX_SOCKET, null),
          new Case(ROUND_TRIP, "cp_stream", UNIX_SOCKET, Operation.ROUND_TRIP),
          new Case(ROUND_TRIP, "cp_call", UNIX_SOCKET, Operation.CALL),
          new Case(ROUND_TRIP, "pipe", UNIX_SOCKET, null),
          new Case(ROUND_TRIP, UNIX_SOCKET, UNIX_SOCKET, null),
          new Case(ROUND_TRIP, "tcp", UNIX_SOCKET, null));

  /** A call with nothing but integers: it has no size, and nothing that it is compared with. */
  private static final Case EMPTY_CALL = new Case(ROUND_TRIP, "cp_call", "cp_call", Operation.CALL);

  /** The measurements of one case, for one operation each. */
  private static final class Samples {
    private final Sample times = new Sample();
    private final Sample firstCpu = new Sample();
    private final Sample secondCpu = new Sample();

    void add(Outcome outcome, long count) {
      times.add((double) outcome.nanoseconds() / count);
      firstCpu.add((double) outcome.firstCpu() / count);
      secondCpu.add((double) outcome.secondCpu() / count);
    }
  }

  /**
   * @param sizes in bytes, multiples of {@link #UNIT} up to {@link #LARGEST}
   * @param rounds how often everything is measured, at least once
   * @param progress is told what is being done
   */
  public IpcSuite(List<Long> sizes, int rounds, Engine engine, Consumer<String> progress) {
    this.sizes = sizes;
    this.rounds = rounds;
    this.engine = engine;
    this.progress = progress;
  }

  /** Measures. */
  public List<Measurement> run() throws BenchmarkException, InterruptedException {
    Processors processors = Processors.ofHost();
    if (!processors.areTwo()) {
      progress.accept("only one processor: both ends of streams share it");
    }
    try (WorkFolder folder = new WorkFolder()) {
      NativeProgram program = NativeProgram.compile(folder, processors);
      try (IpcGuests guests = new IpcGuests(folder, engine, processors)) {
        return measure(program, guests);
      }
    }
  }

  private List<Measurement> measure(NativeProgram program, IpcGuests guests)
      throws BenchmarkException, InterruptedException {
    Map<Long, Map<Case, Samples>> all = new LinkedHashMap<>();
    for (int round = -Math.min(rounds, MOST_WARM_UPS); round < rounds; round++) {
      progress.accept(round < 0 ? "warming up" : "round %d of %d".formatted(round + 1, rounds));
      for (long size : withEmpty(sizes)) {
        Map<Case, Samples> ofSize = all.computeIfAbsent(size, _ -> new LinkedHashMap<>());
        for (Case c : size == 0 ? List.of(EMPTY_CALL) : CASES) {
          if (round < 0 && c.isNative() || !c.takes(size)) {
            continue;
          }
          long count = count(c, size);
          Outcome outcome = run(c, size, count, program, guests);
          check(c, size, count, outcome, guests);
          if (round >= 0) {
            ofSize.computeIfAbsent(c, _ -> new Samples()).add(outcome, count);
          }
        }
      }
    }
    List<Measurement> result = new ArrayList<>();
    all.forEach((size, samples) -> result.addAll(compare(size, samples)));
    return result;
  }

  private static List<Long> withEmpty(List<Long> sizes) {
    List<Long> all = new ArrayList<>(sizes);
    all.addFirst(0L);
    return all;
  }

  /** Some milliseconds each, and not so many operations that small sizes take for ever. */
  private static long count(Case c, long size) {
    if (c.isCopy()) {
      return Math.clamp((32L << 20) / size, 4, 200_000);
    }
    if (c.operation() == Operation.CALL) {
      return Math.clamp((8L << 20) / Math.max(UNIT, size), 4, 50_000);
    }
    return c.isRoundTrip()
        ? Math.clamp((4L << 20) / size, 4, 200)
        : Math.clamp((16L << 20) / size, 8, 5_000);
  }

  private static Outcome run(Case c, long size, long count, NativeProgram program, IpcGuests guests)
      throws BenchmarkException, InterruptedException {
    if (c.isNative()) {
      return program.run(
          c.name().equals(NATIVE_MEMCPY) ? "memcpy" : c.name(), c.isRoundTrip(), size, count);
    }
    if (c.operation() == Operation.FILE_COPY) {
      guests.data().fill((byte) 0);
    }
    return guests.run(c.operation(), size, count);
  }

  /** That every byte has arrived. */
  private static void check(Case c, long size, long count, Outcome outcome, IpcGuests guests)
      throws BenchmarkException {
    long once = size == 0 ? 1 : expectedSum(size);
    long expected = once * (c.isCopy() ? 1 : count);
    boolean right =
        c.operation() == Operation.FILE_COPY
            ? isFilled(guests.data().asSlice(0, size))
            : outcome.sum() == expected;
    if (!right) {
      throw new BenchmarkException(
          "%s, %d bytes: what arrived is not what was sent".formatted(c.name(), size));
    }
  }

  /** The words that both sides send, see sum.h. */
  private static long word(long index) {
    return (index + 1) * 0x9e3779b97f4a7c15L;
  }

  private static long expectedSum(long size) {
    long sum = 0;
    for (long i = 0; i < size / Long.BYTES; i++) {
      long word = word(i);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        sum += word >>> shift & 0xff;
      }
    }
    return sum;
  }

  private static boolean isFilled(MemorySegment data) {
    for (long i = 0; i < data.byteSize() / Long.BYTES; i++) {
      if (data.getAtIndex(ValueLayout.JAVA_LONG, i) != word(i)) {
        return false;
      }
    }
    return true;
  }

  /** The results without those that are only baselines. */
  public static Stream<Measurement> published(List<Measurement> results) {
    return results.stream().filter(m -> !m.name().equals(NATIVE_MEMCPY));
  }

  private static List<Measurement> compare(long size, Map<Case, Samples> samples) {
    List<Measurement> result = new ArrayList<>();
    samples.forEach(
        (c, s) -> {
          double baseline =
              samples.entrySet().stream()
                  .filter(e -> e.getKey().suite().equals(c.suite()))
                  .filter(e -> e.getKey().name().equals(c.baseline()))
                  .mapToDouble(e -> e.getValue().times.median())
                  .findFirst()
                  .orElseThrow();
          Map<String, Long> details = new LinkedHashMap<>();
          details.put("first_cpu_ns", Math.round(s.firstCpu.median()));
          details.put("second_cpu_ns", Math.round(s.secondCpu.median()));
          if (!c.isNative() && c.operation().crossesNothing()) {
            // Asserted by IpcGuests for each measurement.
            details.put("crossings", 0L);
          }
          double median = s.times.median();
          result.add(
              new Measurement(
                  c.suite(),
                  c.name(),
                  size,
                  median,
                  s.times.spread(),
                  c.baseline(),
                  median / baseline,
                  details));
        });
    return result;
  }
}
