package org.capvm.intravisor.kernel.host.pseudo;

import java.util.Locale;
import java.util.stream.IntStream;

/** What /proc and /sys say about the machine. */
final class MachineText {
  private static final String ISA = "rv64imafdc_zicsr_zifencei";

  private MachineText() {}

  static int count() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** /proc/cpuinfo. */
  static byte[] processors() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count(); i++) {
      text.append("processor\t: ").append(i).append('\n');
      text.append("hart\t\t: ").append(i).append('\n');
      text.append("isa\t\t: ").append(ISA).append('\n');
      text.append("mmu\t\t: none\n");
      text.append("uarch\t\t: capvm\n\n");
    }
    return Text.bytes(text.toString());
  }

  /** /sys/devices/system/cpu/online. */
  static byte[] range() {
    return Text.line(count() == 1 ? "0" : "0-" + (count() - 1));
  }

  /** /proc/meminfo. */
  static byte[] memory(long total, long used) {
    long free = Math.max(0, total - used) / 1024;
    StringBuilder text = new StringBuilder();
    entry(text, "MemTotal:", total / 1024);
    entry(text, "MemFree:", free);
    entry(text, "MemAvailable:", free);
    entry(text, "Buffers:", 0);
    entry(text, "Cached:", 0);
    entry(text, "SwapTotal:", 0);
    entry(text, "SwapFree:", 0);
    return Text.bytes(text.toString());
  }

  private static void entry(StringBuilder text, String name, long kibibytes) {
    text.append("%-15s %8d kB%n".formatted(name, kibibytes));
  }

  /** /proc/stat: processors that were never used. */
  static byte[] statistics() {
    StringBuilder text = new StringBuilder("cpu  0 0 0 0 0 0 0 0 0 0\n");
    IntStream.range(0, count())
        .forEach(i -> text.append("cpu").append(i).append(" 0 0 0 0 0 0 0 0 0 0\n"));
    text.append("ctxt 0\nbtime ").append(System.currentTimeMillis() / 1000 - upSeconds());
    text.append("\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n");
    return Text.bytes(text.toString());
  }

  private static long upSeconds() {
    return System.nanoTime() / 1_000_000_000L;
  }

  /** /proc/uptime. */
  static byte[] uptime() {
    return Text.line(String.format(Locale.ROOT, "%.2f 0.00", System.nanoTime() / 1e9));
  }
}
