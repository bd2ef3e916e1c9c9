package org.capvm.testsuite.attack;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;

/** A window with tags, and harts that run code in it until they trap. */
final class Machine {
  static final long CODE = 0x20000;
  static final long SIZE = 1 << 20;

  private final AtomicInteger classes = new AtomicInteger();
  final Window window;
  private final boolean capabilityMode;
  private long free = CODE;

  Machine(boolean capabilityMode) {
    this(capabilityMode, 0);
  }

  /**
   * @param aliases bytes of the room for shared buffers behind memory
   */
  Machine(boolean capabilityMode, long aliases) {
    this.capabilityMode = capabilityMode;
    window = new Window(SIZE, true, aliases);
    window
        .pages()
        .set(
            Window.LOW,
            SIZE - Window.LOW,
            PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE);
  }

  boolean isCapabilityMode() {
    return capabilityMode;
  }

  /** Code in the window, and its translation where it has one. */
  record Code(long entry, Optional<GuestFunction> translation) {}

  /** Puts code into the window. */
  Code place(List<Integer> words, Engine engine) {
    long entry = free;
    for (int word : words) {
      Memory.storeInt(window, free, word);
      free += Integer.BYTES;
    }
    if (engine == Engine.INTERPRETED) {
      return new Code(entry, Optional.empty());
    }
    return new Code(
        entry,
        CapabilityTranslator.find(
                address -> Memory.loadUnsignedShort(window, address),
                entry,
                capabilityMode,
                Dialect.XCHERI_V9)
            .map(this::translate));
  }

  private GuestFunction translate(ReachableCode code) {
    String name = TranslatedCode.PACKAGE + ".attack.Code" + classes.getAndIncrement();
    TranslatedClass made = CapabilityTranslator.translate(List.of(code), Dialect.XCHERI_V9, name);
    return new TranslatedCode(n -> n.equals(name) ? made.bytes() : null).resumePoint(name, 0);
  }

  /** A hart at the start of some code, which PCC does not confine. */
  Hart hart(Code code, Capability ddc) {
    return hart(code, ddc, Capability.ROOT);
  }

  /** A hart at the start of some code. */
  Hart hart(Code code, Capability ddc, Capability executable) {
    Hart h = new Hart(window, null, new GuestFunction[0][], null);
    h.stackSpan = 1;
    Capability pcc = executable.withAddress(code.entry()).withFlags(capabilityMode ? 1 : 0);
    h.capabilities = new CapabilityRegisters(h, Dialect.XCHERI_V9, pcc, ddc);
    return h;
  }

  /** Whether a hart stands at the instruction that ends all code. */
  static boolean isAtEnd(Hart h) {
    return Memory.loadInt(h.window, h.pc) == Words.EBREAK;
  }

  /** Runs a hart until it traps. */
  static Trap run(Code code, Hart h) {
    code.translation()
        .filter(function -> h.pc == code.entry())
        .ifPresent(
            function -> {
              try {
                function.call(h);
              } catch (Unwind e) {
                // The next instruction is the interpreter's.
              }
            });
    while (true) {
      Trap trap = CapabilityInterpreter.step(h);
      if (trap != null) {
        return trap;
      }
    }
  }
}
