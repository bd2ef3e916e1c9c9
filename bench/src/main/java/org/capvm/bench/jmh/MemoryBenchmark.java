package org.capvm.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Checked accesses to guest memory, each from a loop over a page: nanoseconds of one access. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MemoryBenchmark {
  private static final long START = Window.LOW + 0x1000;
  private static final int WORDS = 512;

  private Window window;
  private long[] array;

  @Setup
  public void prepare() {
    window = new Window(1 << 20);
    array = new long[WORDS];
    for (int i = 0; i < WORDS; i++) {
      Memory.storeLong(window, START + 8L * i, i);
      array[i] = i;
    }
  }

  @TearDown
  public void close() {
    window.close();
  }

  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long loadLong() {
    long sum = 0;
    for (long a = START; a != START + 8 * WORDS; a += 8) {
      sum += Memory.loadLong(window, a);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long loadByte() {
    long sum = 0;
    for (long a = START; a != START + WORDS; a++) {
      sum += Memory.loadByte(window, a);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(WORDS)
  public void storeLong() {
    for (long a = START; a != START + 8 * WORDS; a += 8) {
      Memory.storeLong(window, a, a);
    }
  }

  /** What the host does with an array of its own. */
  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long hostArray() {
    long sum = 0;
    for (long word : array) {
      sum += word;
    }
    return sum;
  }
}
