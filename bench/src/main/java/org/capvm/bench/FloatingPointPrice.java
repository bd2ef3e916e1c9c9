package org.capvm.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.capvm.runtime.floatingpoint.FastDouble;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/**
 * What exact flags cost: a step of five bodies, 205 operations on doubles, with the host's
 * arithmetic alone, with {@link FastDouble}, and with it after its slow path has run now and then,
 * so that C2 must keep that path.
 *
 * <p>Thread CPU time, medians of interleaved rounds behind a warm-up. The three must agree in every
 * bit first.
 */
final class FloatingPointPrice {
  private static final int BODIES = 5;
  private static final int FIELDS = 7;
  private static final int STEPS = 200_000;
  private static final int WARM_UP = 4;
  private static final int ROUNDS = 9;
  private static final double DT = 0.001;

  /** Position, velocity and mass of each body. */
  private static final double[] START = {
    0, 0, 0, 0, 0, 0, 39.47, 4.84, -1.16, -.10, .606, 2.81, -.02, .037, 8.34, 4.12, -.4, -1.01,
    1.82, .008, .011, 12.89, -15.11, -.22, 1.08, .868, -.010, .0017, 15.37, -25.9, .179, .979, .594,
    -.034, .002,
  };

  private final Hart hart = new Hart(new Window(1 << 20), null, null, null);

  private FloatingPointPrice() {}

  public static void main(String[] arguments) {
    new FloatingPointPrice().measure();
  }

  private interface Step {
    void advance(Hart h, double[] b);
  }

  private void measure() {
    hart.setFflags(1);
    double[] host = new double[ROUNDS];
    double[] fast = new double[ROUNDS];
    double[] used = new double[ROUNDS];
    for (int r = -WARM_UP; r < ROUNDS; r++) {
      double h = nanoseconds(FloatingPointPrice::host);
      double f = nanoseconds(FloatingPointPrice::fast);
      if (r >= 0) {
        host[r] = h;
        fast[r] = f;
      }
    }
    takeSlowPaths();
    for (int r = -WARM_UP; r < ROUNDS; r++) {
      double f = nanoseconds(FloatingPointPrice::fast);
      if (r >= 0) {
        used[r] = f;
      }
    }
    double base = median(host);
    System.out.println("n-body step, 205 operations        ns  ratio");
    row("host arithmetic", base, base);
    row("FastDouble", median(fast), base);
    row("FastDouble, slow path taken", median(used), base);
  }

  private static void row(String what, double time, double base) {
    System.out.printf("%-30s %6.1f %6.2f%n", what, time, time / base);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private double nanoseconds(Step step) {
    double[] bodies = START.clone();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < STEPS; i++) {
      step.advance(hart, bodies);
    }
    long time = threads.getCurrentThreadCpuTime() - start;
    double[] expected = START.clone();
    for (int i = 0; i < STEPS; i++) {
      host(hart, expected);
    }
    if (!Arrays.equals(bodies, expected)) {
      throw new IllegalStateException("the variants compute different orbits");
    }
    return (double) time / STEPS;
  }

  /** Steps with an infinite coordinate: a few slow results among many fast ones. */
  private void takeSlowPaths() {
    for (int i = 0; i < 20_000; i++) {
      double[] bodies = START.clone();
      bodies[i % FIELDS] = Double.POSITIVE_INFINITY;
      fast(hart, bodies);
      hart.setFflags(1);
    }
  }

  private static void host(Hart h, double[] b) {
    for (int i = 0; i < BODIES * FIELDS; i += FIELDS) {
      for (int j = i + FIELDS; j < BODIES * FIELDS; j += FIELDS) {
        double dx = b[i] - b[j];
        double dy = b[i + 1] - b[j + 1];
        double dz = b[i + 2] - b[j + 2];
        double d2 = Math.fma(dx, dx, Math.fma(dy, dy, dz * dz));
        double magnitude = DT / (d2 * Math.sqrt(d2));
        double mj = b[j + 6] * magnitude;
        double mi = b[i + 6] * magnitude;
        b[i + 3] = Math.fma(-dx, mj, b[i + 3]);
        b[i + 4] = Math.fma(-dy, mj, b[i + 4]);
        b[i + 5] = Math.fma(-dz, mj, b[i + 5]);
        b[j + 3] = Math.fma(dx, mi, b[j + 3]);
        b[j + 4] = Math.fma(dy, mi, b[j + 4]);
        b[j + 5] = Math.fma(dz, mi, b[j + 5]);
      }
    }
    for (int i = 0; i < BODIES * FIELDS; i += FIELDS) {
      for (int k = i; k < i + 3; k++) {
        b[k] = Math.fma(DT, b[k + 3], b[k]);
      }
    }
  }

  private static void fast(Hart h, double[] b) {
    for (int i = 0; i < BODIES * FIELDS; i += FIELDS) {
      for (int j = i + FIELDS; j < BODIES * FIELDS; j += FIELDS) {
        double dx = FastDouble.subtract(h, b[i], b[j]);
        double dy = FastDouble.subtract(h, b[i + 1], b[j + 1]);
        double dz = FastDouble.subtract(h, b[i + 2], b[j + 2]);
        double zz = FastDouble.multiply(h, dz, dz);
        double d2 = FastDouble.multiplyAdd(h, dx, dx, FastDouble.multiplyAdd(h, dy, dy, zz));
        double d3 = FastDouble.multiply(h, d2, FastDouble.squareRoot(h, d2));
        double magnitude = FastDouble.divide(h, DT, d3);
        double mj = FastDouble.multiply(h, b[j + 6], magnitude);
        double mi = FastDouble.multiply(h, b[i + 6], magnitude);
        b[i + 3] = FastDouble.negatedMultiplySubtract(h, dx, mj, b[i + 3]);
        b[i + 4] = FastDouble.negatedMultiplySubtract(h, dy, mj, b[i + 4]);
        b[i + 5] = FastDouble.negatedMultiplySubtract(h, dz, mj, b[i + 5]);
        b[j + 3] = FastDouble.multiplyAdd(h, dx, mi, b[j + 3]);
        b[j + 4] = FastDouble.multiplyAdd(h, dy, mi, b[j + 4]);
        b[j + 5] = FastDouble.multiplyAdd(h, dz, mi, b[j + 5]);
      }
    }
    for (int i = 0; i < BODIES * FIELDS; i += FIELDS) {
      for (int k = i; k < i + 3; k++) {
        b[k] = FastDouble.multiplyAdd(h, DT, b[k + 3], b[k]);
      }
    }
  }
}
