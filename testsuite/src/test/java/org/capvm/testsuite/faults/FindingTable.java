package org.capvm.testsuite.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Which suite found faults in which part of the code; each fault's line is printed as it comes. */
final class FindingTable {
  private final Map<String, Map<Suite, Integer>> counts = new TreeMap<>();
  private final List<Fault> missed = new ArrayList<>();
  private int faults;

  /**
   * Adds a fault.
   *
   * @param findings of the suites that were asked
   */
  synchronized void add(Fault fault, List<Finding> findings) {
    faults++;
    if (findings.isEmpty()) {
      missed.add(fault);
      System.out.printf("%-12s %-8s %s%n", "-", "MISSED", fault);
    }
    for (Finding finding : findings) {
      counts
          .computeIfAbsent(part(fault), part -> new EnumMap<>(Suite.class))
          .merge(finding.suite(), 1, Integer::sum);
      System.out.printf("%-12s %-8s %s%n", finding.suite(), finding.how(), fault);
    }
  }

  private static String part(Fault fault) {
    return fault.owner().substring(0, fault.owner().lastIndexOf('/'));
  }

  /** Faults that nothing found. */
  List<Fault> missed() {
    return missed;
  }

  /** The table, as Markdown. */
  String text() {
    StringBuilder head = new StringBuilder("| faults in |");
    StringBuilder line = new StringBuilder("|---|");
    for (Suite suite : Suite.values()) {
      head.append(' ').append(suite.name().toLowerCase(Locale.ROOT).replace('_', ' ')).append(" |");
      line.append("---|");
    }
    StringBuilder text = new StringBuilder(head).append('\n').append(line).append('\n');
    counts.forEach((part, found) -> text.append(row("`" + part + "`", found)));
    Map<Suite, Integer> all = new EnumMap<>(Suite.class);
    counts.values().forEach(found -> found.forEach((s, n) -> all.merge(s, n, Integer::sum)));
    return text.append(row("all " + faults, all)).toString();
  }

  private static String row(String name, Map<Suite, Integer> found) {
    StringBuilder text = new StringBuilder("| ").append(name).append(" |");
    for (Suite suite : Suite.values()) {
      text.append(found.containsKey(suite) ? " " + found.get(suite) + " |" : "  |");
    }
    return text.append('\n').toString();
  }
}
