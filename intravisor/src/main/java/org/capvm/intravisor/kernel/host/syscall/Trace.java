package org.capvm.intravisor.kernel.host.syscall;

import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TraceText;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;

/** Shows system calls one a line, as strace does, from the argument kinds of the table. */
public final class Trace {
  private static final int SHOWN_BYTES = 32;
  private static final int PATH_LIMIT = 4096;
  private static final int AT_FDCWD = -100;

  private final PrintStream out;
  private final Set<Long> unknown = ConcurrentHashMap.newKeySet();

  public Trace(PrintStream out) {
    this.out = out;
  }

  /** Names an unknown call the first time it is made. */
  void unknown(long number) {
    if (unknown.add(number)) {
      out.println("unknown system call " + number + " = -1 ENOSYS");
    }
  }

  /** The call with its arguments as they are before it runs. Exits are shown at once. */
  String enter(Task task, SystemCall call, Hart h) {
    long[] values = {h.x10, h.x11, h.x12, h.x13, h.x14, h.x15};
    StringBuilder text = new StringBuilder(call.name()).append('(');
    List<Argument> arguments = call.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      if (i > 0) {
        text.append(", ");
      }
      format(text, task.memory(), arguments.get(i), values, i);
    }
    text.append(')');
    if (call.name().startsWith("exit")) {
      out.println(prefix(task) + text + " = ?");
    }
    return text.toString();
  }

  void leave(Task task, SystemCall call, String shown, long result) {
    out.println(prefix(task) + shown + " = " + TraceText.result(result));
  }

  private static String prefix(Task task) {
    return task.tid() + " ";
  }

  private static void format(
      StringBuilder text, GuestMemory memory, Argument argument, long[] values, int index) {
    long value = values[index];
    switch (argument) {
      case Argument.Scalar kind -> text.append(scalar(memory, kind, value));
      case Argument.Flags flags -> text.append(flags.names().format(value));
      case Argument.Structure s -> text.append(TraceText.pointer(value));
      case Argument.Buffer b -> {
        if (b.direction() == Argument.Direction.IN) {
          text.append(quoted(memory, value, values[b.lengthArgument()]));
        } else {
          text.append(TraceText.pointer(value));
        }
      }
    }
  }

  private static String scalar(GuestMemory memory, Argument.Scalar kind, long value) {
    return switch (kind) {
      case INT, FD, SIGNAL -> "" + (int) value;
      case LONG -> Long.toString(value);
      case HEX, ADDRESS -> TraceText.pointer(value);
      case DIRECTORY -> (int) value == AT_FDCWD ? "AT_FDCWD" : "" + (int) value;
      case MODE -> "0" + Integer.toOctalString((int) value);
      case PATH -> path(memory, value);
    };
  }

  private static String path(GuestMemory memory, long address) {
    try {
      byte[] path = memory.getCString(address, PATH_LIMIT);
      return path == null ? TraceText.pointer(address) : TraceText.quote(path);
    } catch (MemoryFault e) {
      return TraceText.pointer(address);
    }
  }

  private static String quoted(GuestMemory memory, long address, long length) {
    int shown = Math.clamp(length, 0, SHOWN_BYTES);
    try {
      return TraceText.quote(memory.getBytes(address, shown)) + (length > shown ? "..." : "");
    } catch (MemoryFault e) {
      return TraceText.pointer(address);
    }
  }
}
