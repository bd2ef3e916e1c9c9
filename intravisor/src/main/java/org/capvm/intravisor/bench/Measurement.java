package org.capvm.intravisor.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.capvm.intravisor.observe.Json;

/**
 * One line of results.
 *
 * @param suite what was measured: {@code ipc}, {@code ipc_round_trip}, {@code life}
 * @param name of the case
 * @param size in bytes
 * @param nanoseconds median for one operation
 * @param spread distance of the extremes as a part of the median
 * @param baseline the case that it is compared with; its own name when there is none
 * @param ratio of the medians
 * @param details what else was measured, by name
 */
public record Measurement(
    String suite,
    String name,
    long size,
    double nanoseconds,
    double spread,
    String baseline,
    double ratio,
    Map<String, Long> details) {

  /** Bytes per second. */
  double throughput() {
    return size / nanoseconds * 1e9;
  }

  /** One JSON object on one line, without a line end. */
  public String json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("suite", suite);
    fields.put("case", name);
    fields.put("size", size);
    fields.put("median_ns", rounded(nanoseconds, 1));
    fields.put("spread", rounded(spread, 4));
    fields.put("baseline", baseline);
    fields.put("ratio", rounded(ratio, 4));
    fields.putAll(details);
    return Json.line(fields);
  }

  private static double rounded(double value, int digits) {
    return Double.parseDouble(String.format(Locale.ROOT, "%." + digits + "f", value));
  }
}
