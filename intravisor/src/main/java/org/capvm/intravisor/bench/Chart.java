package org.capvm.intravisor.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Throughput over size, both in powers: each case is a sign. */
final class Chart {
  private static final int ROWS = 24;
  private static final int COLUMN_WIDTH = 7;

  private static final Map<String, Character> SIGNS =
      Map.of(
          "native_memcpy", 'N',
          "memcpy", 'm',
          "cp_file", 'f',
          "mmap_memcpy", 'M',
          "cp_stream", 's',
          "cp_call", 'c',
          "pipe", 'p',
          "unix_socket", 'u',
          "tcp", 't');

  private Chart() {}

  /** Of measurements of one suite. */
  static String of(List<Measurement> results) {
    if (results.isEmpty()) {
      return "";
    }
    List<String> cases = results.stream().map(Measurement::name).distinct().toList();
    List<Long> sizes = results.stream().map(Measurement::size).distinct().sorted().toList();
    double most = results.stream().mapToDouble(Measurement::throughput).max().orElseThrow();
    double least = results.stream().mapToDouble(Measurement::throughput).min().orElseThrow();
    double step = Math.max(1e-9, Math.log(most / least) / (ROWS - 1));
    List<char[]> rows = new ArrayList<>();
    for (int n = 0; n < ROWS; n++) {
      char[] row = new char[sizes.size() * COLUMN_WIDTH];
      Arrays.fill(row, ' ');
      rows.add(row);
    }
    for (Measurement m : results) {
      char[] row = rows.get((int) Math.round(Math.log(most / m.throughput()) / step));
      // Signs that fall on each other stand side by side.
      int place = sizes.indexOf(m.size()) * COLUMN_WIDTH + 1;
      while (row[place] != ' ' && place % COLUMN_WIDTH != COLUMN_WIDTH - 1) {
        place++;
      }
      row[place] = sign(m.name());
    }
    StringBuilder text = new StringBuilder("Throughput, MiB/s, over bytes\n");
    for (int n = 0; n < ROWS; n++) {
      double label = most * Math.exp(-n * step) / (1 << 20);
      text.append(String.format(Locale.ROOT, label < 10 ? "%9.2f |" : "%9.0f |", label))
          .append(new String(rows.get(n)).stripTrailing())
          .append('\n');
    }
    text.append(" ".repeat(10)).append('+').append("-".repeat(sizes.size() * COLUMN_WIDTH));
    text.append('\n').append(" ".repeat(12));
    sizes.forEach(size -> text.append(("%-" + COLUMN_WIDTH + "s").formatted(IpcText.size(size))));
    text.append('\n');
    cases.forEach(name -> text.append("  ").append(sign(name)).append(' ').append(name));
    return text.append('\n').toString();
  }

  private static char sign(String name) {
    return SIGNS.getOrDefault(name, '?');
  }
}
