package org.capvm.intravisor.rvfi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capvm.intravisor.kernel.none.NoKernel;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Instruction;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;

/**
 * A hart whose instructions come from outside: RAM at 0x80000000, nothing else. It has the
 * instructions of user mode; what is privileged traps as illegal. A trap goes to the address in
 * MTCC, 0 after a reset, with all authority.
 */
public final class InjectionMachine implements AutoCloseable {
  /** Where RAM starts, and the pc after a reset. */
  public static final long RAM = 0x8000_0000L;

  /** Bytes of RAM. */
  public static final long RAM_SIZE = 8 << 20;

  /** The most instructions whose translations are kept. */
  private static final int MOST_TRANSLATIONS = 10_000;

  private record Key(long pc, int bits, boolean capabilityMode) {}

  private final Window window = new Window(RAM + RAM_SIZE, true);
  private final boolean translates;
  private final Map<Key, Optional<GuestFunction>> translations = new HashMap<>();
  private int classes;
  private Hart h;
  private long order;
  private boolean trapped;

  /**
   * @param translates whether instructions are translated, each to a block of its own
   */
  public InjectionMachine(boolean translates) {
    this.translates = translates;
    int everything = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
    window.pages().set(RAM, RAM_SIZE, everything);
    reset();
  }

  /** Clears registers, tags and memory; PCC and DDC hold the capability of everything. */
  public void reset() {
    window.discard(RAM, RAM_SIZE);
    h = new Hart(window, new NoKernel(), new GuestFunction[0][], null);
    h.requestInterrupt(); // Code that jumps to itself is to leave.
    Capability all = Capability.ROOT;
    h.capabilities = new CapabilityRegisters(h, Dialect.XCHERI_V9, all.withAddress(RAM), all);
    order = 0;
    trapped = false;
  }

  /** Executes an instruction at the pc, whatever memory holds there. */
  Trace inject(int word) {
    boolean capabilityMode = h.capabilities.pccBounds().isCapabilityMode();
    int bits = Decoder.length(word) == Short.BYTES ? word & 0xffff : word;
    Instruction i = Decoder.decodeXcheri(bits, capabilityMode);
    long pc = h.pc;
    boolean first = trapped;
    Accessed access = Accessed.of(h, i);
    trapped = execute(i, new Key(pc, bits, capabilityMode));
    order++;
    if (trapped) {
      enterHandler();
      return new Trace(
          order,
          bits & 0xffff_ffffL,
          true,
          first,
          pc,
          h.pc,
          Trace.Registers.NONE,
          Trace.Memory.NONE);
    }
    int rd = access.rd();
    var registers =
        new Trace.Registers(
            rd, h.x(rd), access.rs1(), access.rs1Value(), access.rs2(), access.rs2Value());
    return new Trace(order, bits & 0xffff_ffffL, false, first, pc, h.pc, registers, access.after());
  }

  private void enterHandler() {
    h.capabilities.setPcc(Capability.ROOT.withAddress(0));
  }

  /** Whether it raised an exception. */
  private boolean execute(Instruction i, Key key) {
    try {
      if (translates) {
        try {
          Optional<GuestFunction> function = translation(i, key);
          if (function.isPresent()) {
            function.get().call(h);
            return false;
          }
        } catch (Unwind e) {
          // The interpreter's part.
        }
      }
      return CapabilityInterpreter.inject(h, i) != null;
    } catch (NoKernel.EnvironmentCall e) {
      return true;
    }
  }

  private Optional<GuestFunction> translation(Instruction i, Key key) {
    if (translations.size() > MOST_TRANSLATIONS) {
      translations.clear();
    }
    return translations.computeIfAbsent(
        key,
        k ->
            CapabilityTranslator.find(
                    address -> halfWord(k, i.length(), address),
                    k.pc(),
                    k.capabilityMode(),
                    Dialect.XCHERI_V9)
                .map(
                    code -> {
                      String name = TranslatedCode.PACKAGE + ".rvfi.Block" + classes++;
                      TranslatedClass made =
                          CapabilityTranslator.translate(List.of(code), Dialect.XCHERI_V9, name);
                      return new TranslatedCode(n -> n.equals(name) ? made.bytes() : null)
                          .resumePoint(name, 0);
                    }));
  }

  /** A half of the instruction, or -1 outside of it. */
  private static int halfWord(Key key, int length, long address) {
    long offset = address - key.pc();
    return offset >= 0 && offset < length ? key.bits() >>> (int) offset * Byte.SIZE & 0xffff : -1;
  }

  @Override
  public void close() {
    window.close();
  }
}
