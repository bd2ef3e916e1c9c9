package org.capvm.bench;

import java.util.Arrays;
import java.util.Collection;

/** The measurements of one thing, in nanoseconds. */
final class Sample {
  private long[] sorted = {};

  void add(long nanoseconds) {
    sorted = Arrays.copyOf(sorted, sorted.length + 1);
    sorted[sorted.length - 1] = nanoseconds;
    Arrays.sort(sorted);
  }

  /** The middle one; the mean of the middle two of an even number. */
  double median() {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
  }

  /** The distance between the extremes as a part of the median. */
  double spread() {
    return (sorted[sorted.length - 1] - sorted[0]) / median();
  }

  static double geometricMean(Collection<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
  }
}
