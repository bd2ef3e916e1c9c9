package org.capvm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table of times by subject, with the ratios to the first subject and of qemu to capvm. */
final class Report {
  /**
   * One kernel or program.
   *
   * @param name of it
   * @param inMean whether the geometric mean counts it
   * @param times a sample for each subject
   * @param first the first repetitions' times for each subject, or empty
   */
  record Row(String name, boolean inMean, List<Sample> times, List<Sample> first) {
    /** The time under subject {@code i} as a multiple of the time under subject {@code of}. */
    double ratio(int i, int of) {
      return times.get(i).median() / times.get(of).median();
    }
  }

  private final String title;
  private final List<String> subjects;
  private final List<Row> rows = new ArrayList<>();
  private String note = "";

  Report(String title, List<String> subjects) {
    this.title = title;
    this.subjects = subjects;
  }

  void add(Row row) {
    rows.add(row);
  }

  /** Adds a last line. */
  void note(String line) {
    note = line + "\n";
  }

  private double mean(int subject) {
    List<Double> ratios =
        rows.stream().filter(Row::inMean).map(row -> row.ratio(subject, 0)).toList();
    return ratios.isEmpty() ? Double.NaN : Sample.geometricMean(ratios);
  }

  /** For people: medians in ms with their spread, ratios to the first subject, first repetition. */
  String text() {
    StringBuilder text = new StringBuilder(title).append('\n');
    text.append("%-42s".formatted(""));
    for (int i = 0; i < subjects.size(); i++) {
      text.append("%10s %7s".formatted(subjects.get(i) + " ms", "spread"));
      if (i > 0) {
        text.append("%7s%9s".formatted("ratio", "first ms"));
      }
    }
    text.append('\n');
    boolean anyInMean = rows.stream().anyMatch(Row::inMean);
    for (Row row : rows) {
      text.append("%-42s".formatted(row.name() + (row.inMean() || !anyInMean ? "" : " *")));
      for (int i = 0; i < subjects.size(); i++) {
        Sample sample = row.times().get(i);
        text.append(format("%10.1f %6.0f%%", sample.median() / 1e6, sample.spread() * 100));
        if (i > 0) {
          String first =
              row.first().isEmpty() ? "" : format("%.1f", row.first().get(i).median() / 1e6);
          text.append(format("%7.2f%9s", row.ratio(i, 0), first));
        }
      }
      text.append('\n');
    }
    if (!anyInMean) {
      return text.toString();
    }
    text.append("geometric mean of the ratios to ").append(subjects.getFirst()).append(':');
    for (int i = 1; i < subjects.size(); i++) {
      text.append(format(" %s %.2f", subjects.get(i), mean(i)));
    }
    int qemu = subjects.indexOf("qemu");
    int capvm = subjects.indexOf("capvm");
    if (qemu >= 0 && capvm >= 0) {
      text.append(format("; qemu / capvm %.2f", mean(qemu) / mean(capvm)));
    }
    text.append(rows.stream().allMatch(Row::inMean) ? "\n" : "   (* not in the mean)\n");
    return text.append(note).toString();
  }

  /** For programs: nanoseconds, spreads and ratios. Names need no escaping. */
  String json() {
    List<String> items = new ArrayList<>();
    for (Row row : rows) {
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < subjects.size(); i++) {
        Sample sample = row.times().get(i);
        String first =
            row.first().isEmpty() ? "" : format(", \"first\": %.0f", row.first().get(i).median());
        fields.add(
            format(
                "\"%s\": {\"median\": %.0f, \"spread\": %.4f, \"ratio\": %.4f%s}",
                subjects.get(i), sample.median(), sample.spread(), row.ratio(i, 0), first));
      }
      items.add(
          format(
              "    {\"name\": \"%s\", \"inMean\": %b, %s}",
              row.name(), row.inMean(), String.join(", ", fields)));
    }
    List<String> means = new ArrayList<>();
    for (int i = 1; i < subjects.size(); i++) {
      means.add(format("\"%s\": %.4f", subjects.get(i), mean(i)));
    }
    return "{\n  \"title\": \"%s\",\n  \"rows\": [\n%s\n  ],\n  \"means\": {%s}\n}\n"
        .formatted(title, String.join(",\n", items), String.join(", ", means));
  }

  /** For programs: one table as an object, several as an array. */
  static String json(List<Report> reports) {
    if (reports.size() == 1) {
      return reports.getFirst().json();
    }
    return reports.stream().map(Report::json).collect(Collectors.joining(",", "[", "]\n"));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
