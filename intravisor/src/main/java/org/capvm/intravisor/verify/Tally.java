package org.capvm.intravisor.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a verification found, by class of case. */
public final class Tally {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int SKIPPED = 2;

  private final Map<String, int[]> byLabel = new TreeMap<>();
  private final Map<String, Integer> skips = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  void passed(String label) {
    count(label, PASSED);
  }

  /**
   * @param description of the case, what was expected and what came
   */
  void failed(String label, String description) {
    count(label, FAILED);
    failures.add(description);
  }

  /**
   * @param reason name and text of the decision
   */
  void skipped(String label, String reason) {
    count(label, SKIPPED);
    skips.merge(reason, 1, Integer::sum);
  }

  private void count(String label, int which) {
    byLabel.computeIfAbsent(label, l -> new int[3])[which]++;
  }

  public int passed() {
    return sum(PASSED);
  }

  public int failed() {
    return sum(FAILED);
  }

  public int skipped() {
    return sum(SKIPPED);
  }

  private int sum(int which) {
    return byLabel.values().stream().mapToInt(counts -> counts[which]).sum();
  }

  /** The failures, each a few lines. */
  public List<String> failures() {
    return Collections.unmodifiableList(failures);
  }

  /** How many cases were skipped for which reason. */
  public Map<String, Integer> skips() {
    return Collections.unmodifiableMap(skips);
  }

  /** One line a class of case: name, passed, failed, skipped. */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add("%-16s %8s %8s %8s".formatted("case", "passed", "failed", "skipped"));
    byLabel.forEach(
        (label, counts) ->
            lines.add(
                "%-16s %8d %8d %8d"
                    .formatted(label, counts[PASSED], counts[FAILED], counts[SKIPPED])));
    return lines;
  }

  /** {@code N passed, N failed, N skipped}. */
  public String summary() {
    return "%d passed, %d failed, %d skipped".formatted(passed(), failed(), skipped());
  }
}
