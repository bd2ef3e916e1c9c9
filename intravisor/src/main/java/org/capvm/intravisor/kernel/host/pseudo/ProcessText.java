package org.capvm.intravisor.kernel.host.pseudo;

import java.util.Arrays;
import java.util.StringJoiner;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.Region;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ResourceLimits;
import org.capvm.intravisor.kernel.host.process.Task;

/** What the files of /proc/PID say. */
final class ProcessText {
  private static final int PAGE = 4096;
  private static final int STAT_FIELDS = 52;
  private static final int TICKS = 100;
  private static final long NANOS = 1_000_000_000L;
  private static final int NAME_COLUMN = 73;
  private static final String[] LIMITS = {
    "Max cpu time",
    "Max file size",
    "Max data size",
    "Max stack size",
    "Max core file size",
    "Max resident set",
    "Max processes",
    "Max open files",
    "Max locked memory",
    "Max address space",
    "Max file locks",
    "Max pending signals",
    "Max msgqueue size",
    "Max nice priority",
    "Max realtime priority",
    "Max realtime timeout"
  };

  private ProcessText() {}

  static String name(Process process, int tid) {
    Task task = process.table().task(tid);
    return task == null ? "" : task.name();
  }

  static byte[] maps(Process process) {
    StringBuilder text = new StringBuilder();
    for (Region region : process.addressSpace().regions()) {
      FileStatus status = new FileStatus();
      if (region.file() != null) {
        region.file().status(status);
      }
      String line =
          "%08x-%08x %s %08x %02x:%02x %d "
              .formatted(
                  region.start(),
                  region.end(),
                  region.permissions(),
                  region.offset(),
                  status.deviceMajor,
                  status.deviceMinor,
                  region.file() == null ? 0 : status.inode);
      text.append(line);
      if (!region.name().isEmpty()) {
        text.repeat(' ', Math.max(0, NAME_COLUMN - line.length())).append(region.name());
      }
      text.append('\n');
    }
    return Text.bytes(text.toString());
  }

  static byte[] stat(Process process, int tid) {
    AddressSpace space = process.addressSpace();
    String[] fields = new String[STAT_FIELDS];
    Arrays.fill(fields, "0");
    fields[0] = Integer.toString(tid);
    fields[1] = "(" + name(process, tid) + ")";
    fields[2] = "R";
    fields[3] = Integer.toString(process.parentPid());
    fields[4] = Integer.toString(process.pid());
    fields[5] = Integer.toString(process.pid());
    fields[13] = Long.toString(process.cpuTime() / (NANOS / TICKS));
    fields[17] = "20";
    fields[19] = Integer.toString(process.tasks().size());
    fields[22] = Long.toString(space.mappedBytes());
    fields[23] = Long.toString(space.mappedBytes() / PAGE);
    fields[24] = "18446744073709551615";
    fields[27] = Long.toString(space.program().stackStart());
    fields[37] = "17";
    return Text.line(String.join(" ", fields));
  }

  static byte[] statm(Process process) {
    long pages = process.addressSpace().mappedBytes() / PAGE;
    return Text.line(pages + " " + pages + " 0 0 0 " + pages + " 0");
  }

  static byte[] status(Process process, int tid) {
    long kibibytes = process.addressSpace().mappedBytes() / 1024;
    int user = process.credentials().user();
    int group = process.credentials().group();
    StringJoiner text = new StringJoiner("\n", "", "\n");
    text.add("Name:\t" + name(process, tid));
    text.add("Umask:\t%04o".formatted(process.files().umask()));
    text.add("State:\tR (running)");
    text.add("Tgid:\t" + process.pid());
    text.add("Pid:\t" + tid);
    text.add("PPid:\t" + process.parentPid());
    text.add("TracerPid:\t0");
    text.add("Uid:\t%1$d\t%1$d\t%1$d\t%1$d".formatted(user));
    text.add("Gid:\t%1$d\t%1$d\t%1$d\t%1$d".formatted(group));
    text.add("Groups:\t" + group);
    text.add("VmPeak:\t%8d kB".formatted(process.addressSpace().mostMappedBytes() / 1024));
    text.add("VmSize:\t%8d kB".formatted(kibibytes));
    text.add("VmRSS:\t%8d kB".formatted(kibibytes));
    text.add("Threads:\t" + process.tasks().size());
    text.add("Seccomp:\t0");
    text.add("Cpus_allowed:\t" + Long.toHexString((1L << MachineText.count()) - 1));
    return Text.bytes(text.toString());
  }

  static byte[] limits(Process process) {
    StringBuilder text =
        new StringBuilder(
            "Limit                     Soft Limit           Hard Limit           Units\n");
    for (int i = 0; i < ResourceLimits.COUNT; i++) {
      text.append(
          "%-25s %-20s %-20s%n"
              .formatted(
                  LIMITS[i], limit(process.limits().soft(i)), limit(process.limits().hard(i))));
    }
    return Text.bytes(text.toString());
  }

  private static String limit(long value) {
    return value == ResourceLimits.INFINITE ? "unlimited" : Long.toUnsignedString(value);
  }
}
