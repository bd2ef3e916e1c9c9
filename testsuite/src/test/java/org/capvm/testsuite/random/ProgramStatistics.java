package org.capvm.testsuite.random;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IntSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What random programs were made of, and what the time went into. */
final class ProgramStatistics {
  private final IntSummaryStatistics instructions = new IntSummaryStatistics();
  private final Map<Feature, Integer> features = new EnumMap<>(Feature.class);
  private final Map<Way, Long> nanoseconds = new EnumMap<>(Way.class);

  /** Adds a program. */
  synchronized void add(RandomProgram source, Assembly assembly) {
    instructions.accept(assembly.instructions());
    for (Feature feature : Feature.values()) {
      if (feature.isIn(source)) {
        features.merge(feature, 1, Integer::sum);
      }
    }
  }

  /** Adds time that one program took in one way. */
  synchronized void addTime(Way way, long duration) {
    nanoseconds.merge(way, duration, Long::sum);
  }

  int shortest() {
    return instructions.getMin();
  }

  int longest() {
    return instructions.getMax();
  }

  /** What no program had. */
  Set<Feature> missing() {
    Set<Feature> missing = EnumSet.allOf(Feature.class);
    missing.removeAll(features.keySet());
    return missing;
  }

  /** A few lines: lengths, of how many programs each feature is one, and times. */
  String summary() {
    String times =
        nanoseconds.entrySet().stream()
            .map(e -> "%s %.0f s".formatted(e.getKey(), e.getValue() / 1e9))
            .collect(Collectors.joining(", "));
    StringBuilder text = new StringBuilder();
    text.append(
        "%,d random programs of %d to %,d instructions, %.0f in the mean; of all threads: %s%n"
            .formatted(
                instructions.getCount(), shortest(), longest(), instructions.getAverage(), times));
    features.forEach((f, count) -> text.append("%,8d with %s%n".formatted(count, f)));
    return text.toString();
  }
}
