package org.capvm.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.capvm.runtime.floatingpoint.FastDouble;
import org.capvm.runtime.hart.Hart;
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

/** Exact arithmetic beside the host's, on a polynomial: nanoseconds of one operation. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FloatingPointBenchmark {
  private static final int DEGREE = 64;

  private Window window;
  private Hart hart;
  private double[] coefficients;
  private double x;

  @Setup
  public void prepare() {
    window = new Window(1 << 20);
    hart = new Hart(window, null, null, null);
    hart.setFflags(1);
    x = 1.0 / 3;
    coefficients = new double[DEGREE];
    for (int i = 0; i < DEGREE; i++) {
      coefficients[i] = 1.0 / (i + 1);
    }
  }

  @TearDown
  public void close() {
    window.close();
  }

  @Benchmark
  @OperationsPerInvocation(2 * DEGREE)
  public double exact() {
    double sum = 0;
    for (double c : coefficients) {
      double product = sum * x;
      product =
          FastDouble.isResult(product, hart) ? product : FastDouble.multiply(product, sum, x, hart);
      double next = product + c;
      sum = FastDouble.isSum(next, hart) ? next : FastDouble.add(next, product, c, hart);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(2 * DEGREE)
  public double host() {
    double sum = 0;
    for (double c : coefficients) {
      sum = sum * x + c;
    }
    return sum;
  }
}
