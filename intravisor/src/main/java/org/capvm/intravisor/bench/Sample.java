package org.capvm.intravisor.bench;

import java.util.Arrays;

/** The measurements of one thing. */
final class Sample {
  private double[] sorted = {};

  void add(double value) {
    sorted = Arrays.copyOf(sorted, sorted.length + 1);
    sorted[sorted.length - 1] = value;
    Arrays.sort(sorted);
  }

  /** The middle one; the mean of the middle two of an even number. */
  double median() {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** The distance between the extremes as a part of the median. */
  double spread() {
    return (sorted[sorted.length - 1] - sorted[0]) / median();
  }
}
