package org.capvm.intravisor.kernel.none;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.capvm.intravisor.authority.CapabilityReport;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Symbol;

/** What to say of a fault that ends a bare cVM. */
final class FaultReport {
  /** A chain of frames is the guest's word; longer ones are cut. */
  private static final int MOST_FRAMES = 16;

  /** Where a frame pointer says that the return address and the caller's frame pointer are. */
  private static final int RETURN_ADDRESS = -8;

  private static final int CALLERS_FRAME = -16;
  private static final int FRAME_ALIGNMENT = 16;

  private final String name;
  private final ElfImage program;
  private final long bias;

  /**
   * @param name of the cVM
   * @param bias where the program was loaded
   */
  FaultReport(String name, ElfImage program, long bias) {
    this.name = name;
    this.program = program;
    this.bias = bias;
  }

  /** One line: the cVM, the thread, what happened, where, and who called that. */
  String of(Hart h, Trap trap) {
    List<String> places = new ArrayList<>();
    places.add(place(h.pc));
    for (long caller : callers(h)) {
      places.add(place(caller));
    }
    return "%s: thread %d: %s; at %s"
        .formatted(name, BareThread.of(h).id(), what(h, trap), String.join(", from ", places));
  }

  private static String what(Hart h, Trap trap) {
    return switch (trap) {
      case Trap.IllegalInstruction(int bits) ->
          "illegal instruction 0x" + Integer.toHexString(bits);
      case Trap.Breakpoint() -> "breakpoint";
      case Trap.Memory(MemoryFault fault) ->
          "%s of 0x%x refused".formatted(word(fault.kind()), fault.address());
      case Trap.Misaligned(long address, var kind) ->
          "misaligned %s of 0x%x".formatted(word(kind), address);
      case Trap.Capability(CapabilityFault fault) -> CapabilityReport.of(h, fault);
    };
  }

  private static String word(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Return addresses: that in ra, and those that frame pointers lead to, where they do. */
  private static List<Long> callers(Hart h) {
    List<Long> callers = new ArrayList<>();
    callers.add(h.x1);
    long frame = h.x8;
    long below = h.x2;
    while (callers.size() < MOST_FRAMES && isFrame(h.window, frame, below)) {
      long caller = Memory.loadLong(h.window, frame + RETURN_ADDRESS);
      if (caller != h.x1 || callers.size() > 1) {
        callers.add(caller);
      }
      below = frame;
      frame = Memory.loadLong(h.window, frame + CALLERS_FRAME);
    }
    return callers;
  }

  private static boolean isFrame(Window window, long frame, long below) {
    return frame % FRAME_ALIGNMENT == 0
        && Long.compareUnsigned(frame, below) > 0
        && Long.compareUnsigned(frame + CALLERS_FRAME, Window.LOW) >= 0
        && Long.compareUnsigned(frame, window.size()) <= 0;
  }

  /** An address, by the nearest symbol of code before it where there is one. */
  private String place(long address) {
    Symbol nearest = null;
    for (Symbol symbol : program.symbols()) {
      boolean before = symbol.isCode() && symbol.value() + bias <= address;
      if (before && (nearest == null || symbol.value() > nearest.value())) {
        nearest = symbol;
      }
    }
    boolean inside =
        nearest != null
            && (nearest.size() == 0 || address - bias - nearest.value() < nearest.size());
    return inside
        ? "%s+0x%x (0x%x)"
            .formatted(printable(nearest.name()), address - bias - nearest.value(), address)
        : "0x%x".formatted(address);
  }

  /** Names are the guest's: they must not reach a terminal as they are. */
  private static String printable(String symbol) {
    return symbol.replaceAll("[^\\x21-\\x7e]", "?");
  }
}
