package org.capvm.intravisor.kernel.none;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.capvm.intravisor.authority.CapabilityReport;
import org.capvm.intravisor.backtrace.NearestSymbol;
import org.capvm.intravisor.backtrace.ReturnAddresses;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.translator.elf.ElfImage;

/** What to say of a fault that ends a bare cVM. */
final class FaultReport {
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
    ReturnAddresses.of(h).forEach(caller -> places.add(place(caller)));
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

  private String place(long address) {
    return NearestSymbol.of(program, address - bias)
        .map(symbol -> "%s (0x%x)".formatted(symbol, address))
        .orElseGet(() -> "0x%x".formatted(address));
  }
}
