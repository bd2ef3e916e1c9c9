package org.capvm.intravisor.kernel.host.calls;

import java.util.Map;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.process.Task;

/** ioctl: the requests that are known, with the structures they exchange; all others ENOTTY. */
final class DeviceControl {
  private static final int FIONBIO = 0x5421;
  private static final int FIOASYNC = 0x5452;
  private static final int FIONCLEX = 0x5450;
  private static final int FIOCLEX = 0x5451;
  private static final int TIOCGPGRP = 0x540f;
  private static final int TIOCSPGRP = 0x5410;
  private static final int TIOCGSID = 0x5429;

  /** Bytes of struct termios as the kernel has it, the same on riscv64 and x86-64. */
  private static final int TERMIOS = 36;

  private static final int TERMIOS2 = 44;
  private static final int WINDOW_SIZE = 8;

  /** A request that is passed to the host: bytes it reads and bytes it writes. */
  private record Request(int in, int out) {}

  private static final Map<Integer, Request> PASSED =
      Map.of(
          0x5401, new Request(0, TERMIOS), // TCGETS
          0x5402, new Request(TERMIOS, 0), // TCSETS
          0x5403, new Request(TERMIOS, 0), // TCSETSW
          0x5404, new Request(TERMIOS, 0), // TCSETSF
          0x5413, new Request(0, WINDOW_SIZE), // TIOCGWINSZ
          0x541b, new Request(0, 4), // FIONREAD
          0x802c542a, new Request(0, TERMIOS2), // TCGETS2
          0x402c542b, new Request(TERMIOS2, 0), // TCSETS2
          0x8905, new Request(0, 4)); // SIOCATMARK

  private DeviceControl() {}

  static long control(Task task, long descriptor, long request, long argument) {
    DescriptorTable table = task.process().descriptors();
    return switch ((int) request) {
      case FIOCLEX -> table.setCloseOnExec(descriptor, true);
      case FIONCLEX -> table.setCloseOnExec(descriptor, false);
      default -> table.with(descriptor, file -> control(task, file, (int) request, argument));
    };
  }

  private static long control(Task task, OpenFile file, int request, long argument) {
    GuestMemory memory = task.memory();
    return switch (request) {
      case FIONBIO -> {
        int on = memory.getInt(argument) != 0 ? OpenFlags.NONBLOCK : 0;
        yield file.setFlags(file.flags() & ~OpenFlags.NONBLOCK | on);
      }
      case FIOASYNC -> memory.getInt(argument) == 0 ? 0 : Errno.EINVAL;
      case TIOCGPGRP, TIOCSPGRP, TIOCGSID ->
          file.hostDescriptor() < 0 || !Host.isTerminal(file.hostDescriptor())
              ? Errno.ENOTTY
              : foreground(task, request, argument);
      default -> pass(memory, file, request, argument);
    };
  }

  /** The terminal's process group and session; the terminal of the host does not hear of them. */
  private static long foreground(Task task, int request, long argument) {
    Process process = task.process();
    GuestMemory memory = task.memory();
    ProcessTable table = process.table();
    switch (request) {
      case TIOCGPGRP -> memory.putInt(argument, table.foregroundGroup());
      case TIOCGSID -> memory.putInt(argument, process.session());
      default -> {
        int group = memory.getInt(argument);
        if (!GroupCalls.existsInSession(table, group, process.session())) {
          return Errno.EPERM;
        }
        table.setForegroundGroup(group);
      }
    }
    return 0;
  }

  private static long pass(GuestMemory memory, OpenFile file, int request, long argument) {
    Request known = PASSED.get(request);
    if (known == null || file.hostDescriptor() < 0) {
      return Errno.ENOTTY;
    }
    byte[] structure = new byte[Math.max(known.in(), known.out())];
    if (known.in() > 0) {
      System.arraycopy(memory.getBytes(argument, known.in()), 0, structure, 0, known.in());
    } else {
      memory.requireWritable(argument, known.out());
    }
    long result = Host.ioctl(file.hostDescriptor(), request & 0xffffffffL, structure);
    if (result >= 0) {
      memory.putBytes(argument, structure, 0, known.out());
    }
    return result;
  }
}
