package org.capvm.intravisor.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The results of {@link IpcSuite} for people: a table of each suite, and a chart. */
public final class IpcText {
  private static final String LABEL = "%-9s";
  private static final String COLUMN = "%14s";

  private IpcText() {}

  /** Of all measurements. */
  public static String of(List<Measurement> results) {
    List<Measurement> oneWay = ofSuite(results, IpcSuite.ONE_WAY);
    List<Measurement> roundTrips = ofSuite(results, IpcSuite.ROUND_TRIP);
    return "Throughput, MiB/s (spread of the rounds)\n"
        + table(oneWay, m -> "%.0f".formatted(m.throughput() / (1 << 20)))
        + "\nRatio of the times to the baseline: of copies to native memcpy (cp_file to memcpy), of"
        + " messages to a Unix socket\n"
        + table(oneWay, m -> "%.2f".formatted(m.ratio()))
        + "\nProcessor time of both ends, ns for one operation\n"
        + table(
            oneWay,
            m ->
                "%d+%d"
                    .formatted(m.details().get("first_cpu_ns"), m.details().get("second_cpu_ns")))
        + "\nRound trip, microseconds\n"
        + table(roundTrips, m -> "%.1f".formatted(m.nanoseconds() / 1e3))
        + '\n'
        + Chart.of(oneWay);
  }

  private static List<Measurement> ofSuite(List<Measurement> results, String suite) {
    return results.stream().filter(m -> m.suite().equals(suite)).toList();
  }

  /** How a measurement is shown. */
  @FunctionalInterface
  private interface Cell {
    String of(Measurement measurement);
  }

  private static String table(List<Measurement> results, Cell cell) {
    List<String> cases = results.stream().map(Measurement::name).distinct().toList();
    StringBuilder text = new StringBuilder(format(LABEL, "bytes"));
    cases.forEach(name -> text.append(format(COLUMN, name)));
    Map<Long, Map<String, Measurement>> rows =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    Measurement::size, TreeMap::new, Collectors.toMap(Measurement::name, m -> m)));
    rows.forEach(
        (size, row) -> {
          text.append('\n').append(format(LABEL, size(size)));
          for (String name : cases) {
            Measurement m = row.get(name);
            text.append(format(COLUMN, m == null ? "-" : cell.of(m)));
          }
        });
    return text.append('\n').toString();
  }

  /** As people write it. */
  static String size(long bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "M";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "K" : String.valueOf(bytes);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
