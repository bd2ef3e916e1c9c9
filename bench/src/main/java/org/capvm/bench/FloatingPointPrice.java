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

  /** What the translator emits for the same step: each operation has a branch of its own. */
  private static void fast(Hart h, double[] b) {
    for (int i = 0; i < BODIES * FIELDS; i += FIELDS) {
      for (int j = i + FIELDS; j < BODIES * FIELDS; j += FIELDS) {
        double dx = b[i] - b[j];
        dx = FastDouble.isSum(dx, h) ? dx : FastDouble.subtract(dx, b[i], b[j], h);
        double dy = b[i + 1] - b[j + 1];
        dy = FastDouble.isSum(dy, h) ? dy : FastDouble.subtract(dy, b[i + 1], b[j + 1], h);
        double dz = b[i + 2] - b[j + 2];
        dz = FastDouble.isSum(dz, h) ? dz : FastDouble.subtract(dz, b[i + 2], b[j + 2], h);
        double zz = dz * dz;
        zz = FastDouble.isResult(zz, h) ? zz : FastDouble.multiply(zz, dz, dz, h);
        double yz = Math.fma(dy, dy, zz);
        yz = FastDouble.isResult(yz, h) ? yz : FastDouble.multiplyAdd(yz, dy, dy, zz, h);
        double d2 = Math.fma(dx, dx, yz);
        d2 = FastDouble.isResult(d2, h) ? d2 : FastDouble.multiplyAdd(d2, dx, dx, yz, h);
        double root = Math.sqrt(d2);
        root = FastDouble.isRoot(root, h) ? root : FastDouble.squareRoot(root, d2, h);
        double d3 = d2 * root;
        d3 = FastDouble.isResult(d3, h) ? d3 : FastDouble.multiply(d3, d2, root, h);
        double magnitude = DT / d3;
        magnitude =
            FastDouble.isResult(magnitude, h) ? magnitude : FastDouble.divide(magnitude, DT, d3, h);
        double mj = b[j + 6] * magnitude;
        mj = FastDouble.isResult(mj, h) ? mj : FastDouble.multiply(mj, b[j + 6], magnitude, h);
        double mi = b[i + 6] * magnitude;
        mi = FastDouble.isResult(mi, h) ? mi : FastDouble.multiply(mi, b[i + 6], magnitude, h);
        double i3 = Math.fma(-dx, mj, b[i + 3]);
        i3 =
            FastDouble.isResult(i3, h)
                ? i3
                : FastDouble.negatedMultiplySubtract(i3, dx, mj, b[i + 3], h);
        double i4 = Math.fma(-dy, mj, b[i + 4]);
        i4 =
            FastDouble.isResult(i4, h)
                ? i4
                : FastDouble.negatedMultiplySubtract(i4, dy, mj, b[i + 4], h);
        double i5 = Math.fma(-dz, mj, b[i + 5]);
        i5 =
            FastDouble.isResult(i5, h)
                ? i5
                : FastDouble.negatedMultiplySubtract(i5, dz, mj, b[i + 5], h);
        double j3 = Math.fma(dx, mi, b[j + 3]);
        j3 = FastDouble.isResult(j3, h) ? j3 : FastDouble.multiplyAdd(j3, dx, mi, b[j + 3], h);
        double j4 = Math.fma(dy, mi, b[j + 4]);
        j4 = FastDouble.isResult(j4, h) ? j4 : FastDouble.multiplyAdd(j4, dy, mi, b[j + 4], h);
        double j5 = Math.fma(dz, mi, b[j + 5]);
        j5 = FastDouble.isResult(j5, h) ? j5 : FastDouble.multiplyAdd(j5, dz, mi, b[j + 5], h);
        b[i + 3] = i3;
        b[i + 4] = i4;
        b[i + 5] = i5;
        b[j + 3] = j3;
        b[j + 4] = j4;
        b[j + 5] = j5;
      }
    }
    for (int i = 0; i < BODIES * FIELDS; i += FIELDS) {
      for (int k = i; k < i + 3; k++) {
        double at = Math.fma(DT, b[k + 3], b[k]);
        at = FastDouble.isResult(at, h) ? at : FastDouble.multiplyAdd(at, DT, b[k + 3], b[k], h);
        b[k] = at;
      }
    }
  }
}
