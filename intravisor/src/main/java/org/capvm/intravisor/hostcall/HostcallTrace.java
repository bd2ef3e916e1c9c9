package org.capvm.intravisor.hostcall;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import org.capvm.intravisor.kernel.host.abi.TraceText;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;

/**
 * Shows hostcalls one a line on the standard error of their cVM: thread, name, arguments, result.
 * Memory is shown as far as the caller itself could read it.
 */
public final class HostcallTrace {
  private static final int A0 = 10;
  private static final int SHOWN_BYTES = 32;
  private static final int LONGEST_TEXT = 63;

  private final OpenFile out;

  /**
   * @param out the standard error of the cVM, or null
   */
  public HostcallTrace(OpenFile out) {
    this.out = out;
  }

  /** The call with its arguments as they are before it runs. Exits are shown at once. */
  String enter(Hart h, Hostcall call) {
    List<Argument> kinds = call.arguments();
    StringJoiner shown = new StringJoiner(", ", call.name() + "(", ")");
    for (int n = 0; n < kinds.size(); n++) {
      if (kinds.get(n) != Argument.UNUSED) {
        shown.add(argument(h, kinds.get(n), A0 + n));
      }
    }
    if (call.name().endsWith("exit")) {
      show(h, shown + " = ?");
    }
    return shown.toString();
  }

  /** Shows a call that has a result. */
  void leave(Hart h, String shown, long result) {
    show(h, shown + " = " + TraceText.result(result));
  }

  private void show(Hart h, String line) {
    if (out == null) {
      return;
    }
    BareThread thread = BareThread.of(h);
    byte[] bytes = (thread.id() + " " + line + "\n").getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      ConsoleCalls.write(out, thread, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
    }
  }

  private static String argument(Hart h, Argument kind, int register) {
    long value = h.x(register);
    return switch (kind) {
      case Argument.Scalar scalar -> scalar(h, scalar, register);
      case Argument.Handle _ -> Long.toString(value);
      case Argument.Name _ -> text(h, register);
      case Argument.Bytes(Argument.Direction direction) when direction == Argument.Direction.IN ->
          bytes(h, register, h.x(register + 1));
      case Argument.Bytes _, Argument.Structure _ -> TraceText.pointer(value);
    };
  }

  private static String scalar(Hart h, Argument.Scalar kind, int register) {
    long value = h.x(register);
    return switch (kind) {
      case INTEGER, FLAG, NO_WAIT, READ_ONLY, NANOSECONDS, LENGTH, UNUSED -> Long.toString(value);
      case VALUE, FUNCTION, WORD, SLOT -> TraceText.pointer(value);
      case CVMS -> text(h, register);
    };
  }

  private static String text(Hart h, int register) {
    if (h.x(register) == 0) {
      return "NULL";
    }
    try {
      return CallerPointer.of(h, register)
          .text(LONGEST_TEXT)
          .map(text -> TraceText.quote(text.getBytes(StandardCharsets.ISO_8859_1)))
          .orElseGet(() -> TraceText.pointer(h.x(register)));
    } catch (MemoryFault | CapabilityFault e) {
      return TraceText.pointer(h.x(register));
    }
  }

  private static String bytes(Hart h, int register, long length) {
    int shown = Math.clamp(length, 0, SHOWN_BYTES);
    try {
      byte[] bytes = CallerPointer.of(h, register).readable(shown).toArray(ValueLayout.JAVA_BYTE);
      return TraceText.quote(bytes) + (length > shown ? "..." : "");
    } catch (MemoryFault | CapabilityFault e) {
      return TraceText.pointer(h.x(register));
    }
  }
}
