package org.capvm.intravisor.kernel.host.calls;

import static org.capvm.intravisor.kernel.host.syscall.Argument.ADDRESS;
import static org.capvm.intravisor.kernel.host.syscall.Argument.HEX;
import static org.capvm.intravisor.kernel.host.syscall.Argument.INT;
import static org.capvm.intravisor.kernel.host.syscall.Argument.LONG;

import java.nio.charset.StandardCharsets;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.KernelName;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** System calls about the machine and the kernel, and prctl. */
final class MachineCalls {
  private static final int NAME_FIELD = 65;
  private static final int NAME_FIELDS = 6;
  private static final int SYSINFO_SIZE = 112;
  private static final int COMM = 16;

  private static final int PR_GET_PDEATHSIG = 2;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_GET_DUMPABLE = 3;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_NAME = 15;
  private static final int PR_GET_NAME = 16;
  private static final int PR_SET_TIMERSLACK = 29;
  private static final int PR_GET_TIMERSLACK = 30;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_GET_NO_NEW_PRIVS = 39;
  private static final int PR_SET_THP_DISABLE = 41;
  private static final int PR_GET_THP_DISABLE = 42;
  private static final long TIMER_SLACK = 50_000;

  private static final int HWPROBE_BASE_BEHAVIOUR = 3;
  private static final int HWPROBE_IMA = 1;
  private static final int HWPROBE_EXTENSIONS = 4;
  private static final int HWPROBE_FD_AND_C = 3;
  private static final int HWPROBE_PERFORMANCE = 5;
  private static final int HWPROBE_MISALIGNED_FAST = 3;

  private static final long QUERY_PERSONALITY = 0xffffffffL;

  private MachineCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(160, "uname", MachineCalls::name, Argument.out(NAME_FIELD * NAME_FIELDS));
    table.add(97, "unshare", (t, flags) -> flags == 0 ? 0 : Errno.EPERM, HEX);
    table.add(268, "setns", (t, fd, type) -> Errno.EPERM, INT, HEX);
    table.add(161, "sethostname", (t, name, n) -> Errno.EPERM, ADDRESS, LONG);
    table.add(92, "personality", MachineCalls::personality, HEX);
    table.add(167, "prctl", MachineCalls::control, INT, HEX, HEX, HEX, HEX);
    table.add(179, "sysinfo", MachineCalls::info, Argument.out(SYSINFO_SIZE));
    table.add(258, "riscv_hwprobe", MachineCalls::probe, ADDRESS, LONG, LONG, ADDRESS, HEX);
    table.add(278, "getrandom", MachineCalls::random, Argument.bytesOut(1), LONG, HEX);
    // Restartable sequences need the kernel to watch preemption, which is the JVM's here.
    table.add(293, "rseq", (t, area, length, flags, s) -> Errno.ENOSYS, ADDRESS, INT, HEX, HEX);
  }

  private static long name(Task task, long result) {
    String[] fields = {
      KernelName.SYSTEM,
      KernelName.NODE,
      KernelName.RELEASE,
      KernelName.VERSION,
      KernelName.MACHINE,
      "(none)"
    };
    byte[] bytes = new byte[NAME_FIELD * NAME_FIELDS];
    for (int i = 0; i < fields.length; i++) {
      byte[] field = fields[i].getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(field, 0, bytes, NAME_FIELD * i, field.length);
    }
    task.memory().putBytes(result, bytes);
    return 0;
  }

  private static long personality(Task task, long wanted) {
    return (wanted & QUERY_PERSONALITY) == QUERY_PERSONALITY || wanted == 0 ? 0 : Errno.EINVAL;
  }

  private static long control(Task task, long option, long a, long b, long c, long d) {
    GuestMemory memory = task.memory();
    return switch ((int) option) {
      case PR_SET_NAME -> {
        byte[] name = memory.getCString(a, COMM - 1);
        byte[] kept = name != null ? name : memory.getBytes(a, COMM - 1);
        task.setName(new String(kept, StandardCharsets.ISO_8859_1));
        yield 0;
      }
      case PR_GET_NAME -> {
        byte[] name = new byte[COMM];
        byte[] bytes = task.name().getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, name, 0, Math.min(bytes.length, COMM - 1));
        memory.putBytes(a, name);
        yield 0;
      }
      case PR_GET_PDEATHSIG -> {
        memory.putInt(a, 0);
        yield 0;
      }
      case PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS -> 1;
      case PR_GET_TIMERSLACK -> TIMER_SLACK;
      case PR_SET_PDEATHSIG,
          PR_SET_DUMPABLE,
          PR_SET_NO_NEW_PRIVS,
          PR_SET_TIMERSLACK,
          PR_SET_THP_DISABLE,
          PR_GET_THP_DISABLE ->
          0;
      default -> Errno.EINVAL;
    };
  }

  private static long info(Task task, long result) {
    AddressSpace space = task.process().addressSpace();
    long total = space.window().size();
    GuestMemory memory = task.memory();
    memory.putBytes(result, new byte[SYSINFO_SIZE]);
    memory.putLong(result, System.nanoTime() / 1_000_000_000L);
    memory.putLong(result + 32, total);
    memory.putLong(result + 40, Math.max(0, total - space.mappedBytes()));
    memory.putShort(result + 80, task.process().table().tasks().size());
    memory.putInt(result + 104, 1);
    return 0;
  }

  private static long random(Task task, long buffer, long length, long flags) {
    if ((flags & ~7) != 0) {
      return Errno.EINVAL;
    }
    long n = Math.min(length, Argument.MAX_TRANSFER);
    GuestMemory memory = task.memory();
    return n == 0 ? 0 : memory.received(Host.random(memory.writable(buffer, n)));
  }

  /** Answers for one kind of processor: RV64GC with fast misaligned accesses. */
  private static long probe(Task task, long pairs, long count, long setSize, long set, long flags) {
    if (flags != 0 || count < 0 || count > 1024) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    for (long pair = pairs; pair < pairs + 16 * count; pair += 16) {
      long key = memory.getLong(pair);
      long value = 0;
      if (key == HWPROBE_BASE_BEHAVIOUR) {
        value = HWPROBE_IMA;
      } else if (key == HWPROBE_EXTENSIONS) {
        value = HWPROBE_FD_AND_C;
      } else if (key == HWPROBE_PERFORMANCE) {
        value = HWPROBE_MISALIGNED_FAST;
      } else if (key < 0 || key > HWPROBE_PERFORMANCE) {
        memory.putLong(pair, -1);
      }
      memory.putLong(pair + 8, value);
    }
    return 0;
  }
}
