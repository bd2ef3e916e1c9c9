package org.capvm.intravisor.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.capvm.intravisor.cli.DeploymentTargets.Running;
import org.capvm.intravisor.cli.DeploymentTargets.Target;
import org.capvm.intravisor.cvm.Usage;
import org.capvm.intravisor.deployment.CvmStatus;
import org.capvm.intravisor.kernel.host.os.Host;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cvm stats}. */
@Command(
    name = "stats",
    description = {
      "Show what the cVMs of detached deployments take. On a terminal the table is shown again every",
      "second until Ctrl-C; otherwise once.",
    })
final class StatsCommand implements Callable<Integer> {
  private static final int STANDARD_OUTPUT = 1;
  private static final long PERIOD_MILLISECONDS = 1000;
  private static final String CLEAR = "\033[H\033[2J";
  private static final String ROW = "%-20s %-20s %7s %10s %10s %8s %12s%n";

  @Option(names = "--json", description = "One line of JSON for each cVM, once.")
  private boolean json;

  @Option(names = "--no-stream", description = "Once, also on a terminal.")
  private boolean once;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A deployment or a cVM.")
  private String name;

  @Spec private CommandSpec spec;

  private record Row(String deployment, CvmStatus cvm) {
    String key() {
      return deployment + "/" + cvm.name();
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      rows().forEach(row -> out.println(json(row)));
      return ExitCode.OK;
    }
    List<Row> rows = rows();
    if (once || !Host.isTerminal(STANDARD_OUTPUT)) {
      table(out, rows, Map.of(), 0);
      return ExitCode.OK;
    }
    Map<String, Usage> before = Map.of();
    long measured = 0;
    while (true) {
      long now = System.nanoTime();
      out.print(CLEAR);
      table(out, rows, before, now - measured);
      out.flush();
      before = new HashMap<>();
      for (Row row : rows) {
        before.put(row.key(), row.cvm().usage());
      }
      measured = now;
      Thread.sleep(PERIOD_MILLISECONDS);
      rows = rows();
    }
  }

  private List<Row> rows() {
    DeploymentTargets targets = DeploymentTargets.now();
    Target only = name == null ? null : targets.find(name);
    List<Row> rows = new ArrayList<>();
    for (Running deployment : targets.all()) {
      for (CvmStatus cvm : deployment.cvms()) {
        boolean wanted =
            only == null
                || only.deployment() == deployment
                    && (only.cvm().isEmpty() || only.cvm().equals(cvm.name()));
        if (wanted) {
          rows.add(new Row(deployment.name(), cvm));
        }
      }
    }
    return rows;
  }

  /**
   * @param before what they had taken at the last look, by {@link Row#key}; without it the
   *     processor time is that since the start
   * @param elapsed nanoseconds since then
   */
  private static void table(
      PrintWriter out, List<Row> rows, Map<String, Usage> before, long elapsed) {
    out.printf(ROW, "DEPLOYMENT", "CVM", "CPU %", "CPU TIME", "MEMORY", "THREADS", "CALLS");
    for (Row row : rows) {
      Usage usage = row.cvm().usage();
      Usage last = before.get(row.key());
      String share =
          last == null
              ? "-"
              : "%.1f"
                  .formatted(100.0 * (usage.cpuNanoseconds() - last.cpuNanoseconds()) / elapsed);
      out.printf(
          ROW,
          row.deployment(),
          row.cvm().name(),
          share,
          "%.2f s".formatted(usage.cpuNanoseconds() / 1e9),
          "%.1f MiB".formatted(usage.memoryBytes() / (double) (1 << 20)),
          usage.threads(),
          usage.calls());
    }
  }

  /** Names need no escapes: they are letters, digits and a few signs. */
  private static String json(Row row) {
    CvmStatus cvm = row.cvm();
    Usage usage = cvm.usage();
    return ("{\"deployment\":\"%s\",\"name\":\"%s\",\"state\":\"%s\",\"exit_status\":%d,"
            + "\"cpu_ns\":%d,\"memory_bytes\":%d,\"threads\":%d,\"calls\":%d}")
        .formatted(
            row.deployment(),
            cvm.name(),
            cvm.state().name().toLowerCase(Locale.ROOT),
            cvm.exitStatus(),
            usage.cpuNanoseconds(),
            usage.memoryBytes(),
            usage.threads(),
            usage.calls());
  }
}
