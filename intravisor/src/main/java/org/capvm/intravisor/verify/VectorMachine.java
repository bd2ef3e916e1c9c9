package org.capvm.intravisor.verify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.capvm.intravisor.kernel.none.NoKernel;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * A bare machine with one hart, as the vector files assume it: RAM from 2 GiB, nothing else, every
 * exception ends the case.
 */
final class VectorMachine implements AutoCloseable {
  /** Where the granules of a case lie. */
  static final long MEMORY = 0x8080_0000L;

  private static final long RAM = 0x8000_0000L;
  private static final long RAM_END = 0x8100_0000L;

  /** Around the code, filled with {@code c.ebreak}. */
  private static final long CODE_START = 0x8040_0000L;

  private static final long CODE_END = 0x8040_3000L;
  private static final short BREAKPOINT = (short) 0x9002;

  private static final int FETCH_FAULT = 1;
  private static final int ILLEGAL = 2;
  private static final int BREAK = 3;
  private static final int LOAD_MISALIGNED = 4;
  private static final int LOAD_FAULT = 5;
  private static final int STORE_MISALIGNED = 6;
  private static final int STORE_FAULT = 7;
  private static final int CAPABILITY = 0x1c;

  /** From user mode; from others the mode is added. */
  private static final int ENVIRONMENT_CALL = 8;

  /** Mstatus.FS is dirty, fcsr is 0. */
  private static final GuestFunction[][] NO_FUNCTIONS = {};

  private final Dialect dialect;
  private final Window window = new Window(RAM_END, true);

  /** Null where the interpreter runs everything. */
  private final CaseTranslations translations;

  /**
   * @param cases that it is going to run
   */
  VectorMachine(Dialect dialect, VectorEngine engine, List<VectorCase> cases) {
    this.dialect = dialect;
    this.translations =
        engine == VectorEngine.TRANSLATED ? new CaseTranslations(dialect, cases) : null;
    window.pages().set(RAM, RAM_END - RAM, everything());
    for (long at = CODE_START; at < CODE_END; at += Short.BYTES) {
      Memory.storeShort(window, at, BREAKPOINT);
    }
  }

  private static int everything() {
    return PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
  }

  /** Runs a case and returns the words of its result, in the notation of the file. */
  Set<String> run(VectorCase c) {
    Hart h = new Hart(window, new NoKernel(), NO_FUNCTIONS, null);
    CapabilityRegisters registers = new CapabilityRegisters(h, dialect, entered(c.pcc()), c.ddc());
    h.capabilities = registers;
    c.registers().forEach(registers::set);
    c.special().forEach(registers::setSpecial);
    for (int n = 0; n < VectorCase.GRANULES; n++) {
      window.tags().store(granule(n), memory(c, n));
    }
    long at = h.pc;
    for (VectorCase.Encoding code : c.code()) {
      at = place(at, code.bits(), code.length());
    }
    Set<String> result;
    try {
      result = execute(h, c);
    } catch (NoKernel.EnvironmentCall call) {
      result = trapped(h, ENVIRONMENT_CALL + c.privilege(), 0);
    }
    addChanges(result, c, registers);
    for (long erased = c.pcc().address(); erased < at; erased += Short.BYTES) {
      Memory.storeShort(window, erased, BREAKPOINT);
    }
    return result;
  }

  /** Runs the instructions of a case and says how it ended. */
  private Set<String> execute(Hart h, VectorCase c) {
    if (translations == null) {
      Trap trap = null;
      for (int i = 0; i < c.code().size() && trap == null; i++) {
        trap = CapabilityInterpreter.step(h);
      }
      return outcome(h, trap);
    }
    boolean enterable = isUsual(h.capabilities.pccBounds());
    CaseTranslations.Outcome ended = translations.run(h, c.code());
    Set<String> words = outcome(h, ended.trap().orElse(null));
    if (ended.interpreted() && enterable) {
      words.add("interpreted"); // Translated code exists for this instruction, and did not run.
    }
    return words;
  }

  /** The interpreter runs code in capability mode whose PCC starts at an odd address. */
  private static boolean isUsual(Capability pcc) {
    return (pcc.base() & 1) == 0;
  }

  /** The reference entered its cases by MRET, which unseals a sentry. */
  private static Capability entered(Capability pcc) {
    return pcc.isTagged() && pcc.isSentry() ? pcc.unsealed() : pcc;
  }

  private long place(long at, int bits, int length) {
    Memory.storeShort(window, at, (short) bits);
    if (length == 4) {
      Memory.storeShort(window, at + 2, (short) (bits >>> 16));
    }
    return at + length;
  }

  private static long granule(int n) {
    return MEMORY + (long) n * Capability.SIZE;
  }

  private static Capability memory(VectorCase c, int n) {
    return c.memory().isEmpty() ? Capability.NULL : c.memory().get(n);
  }

  private static Set<String> outcome(Hart h, Trap trap) {
    Set<String> words = new LinkedHashSet<>();
    if (trap != null) {
      return trapped(h, cause(trap), value(trap));
    }
    words.add("ok");
    words.add("pcc=" + h.capabilities.pcc());
    try {
      CapabilityInterpreter.fetch(h);
    } catch (CapabilityFault fault) {
      words.add(next(new Trap.Capability(fault)));
    } catch (MemoryFault fault) {
      words.add(next(Trap.of(fault)));
    }
    return words;
  }

  private static Set<String> trapped(Hart h, int cause, long value) {
    return new LinkedHashSet<>(
        List.of(
            "trap",
            "cause=" + Integer.toHexString(cause),
            "tval=" + Long.toHexString(value),
            "pcc=" + h.capabilities.pcc()));
  }

  private static String next(Trap trap) {
    return "next=%x:%x".formatted(cause(trap), value(trap));
  }

  private static int cause(Trap trap) {
    return switch (trap) {
      case Trap.IllegalInstruction _ -> ILLEGAL;
      case Trap.Breakpoint _ -> BREAK;
      case Trap.Capability _ -> CAPABILITY;
      case Trap.Misaligned(_, var kind) ->
          switch (kind) {
            case STORE -> STORE_MISALIGNED;
            default -> LOAD_MISALIGNED;
          };
      case Trap.Memory(MemoryFault fault) ->
          switch (fault.kind()) {
            case FETCH -> FETCH_FAULT;
            case LOAD -> LOAD_FAULT;
            case STORE -> STORE_FAULT;
          };
    };
  }

  private static long value(Trap trap) {
    return switch (trap) {
      case Trap.IllegalInstruction(int bits) -> bits & 0xffff_ffffL;
      case Trap.Breakpoint _ -> 0;
      case Trap.Capability(CapabilityFault fault) -> fault.trapValue();
      case Trap.Misaligned(long address, _) -> address;
      case Trap.Memory(MemoryFault fault) -> fault.address();
    };
  }

  private void addChanges(Set<String> words, VectorCase c, CapabilityRegisters registers) {
    for (int n = 1; n < 32; n++) {
      Capability before = c.registers().getOrDefault(n, Capability.NULL);
      if (!registers.get(n).equals(before)) {
        words.add("x" + n + "=" + registers.get(n));
      }
    }
    for (int n = 0; n < VectorCase.GRANULES; n++) {
      Capability now = window.tags().load(granule(n));
      if (!now.equals(memory(c, n))) {
        words.add("m" + n + "=" + now);
      }
    }
    if (!registers.ddc().equals(c.ddc())) {
      words.add("ddc=" + registers.ddc());
    }
    List<Integer> specials = new ArrayList<>(c.special().keySet());
    for (int n : specials) {
      if (!registers.special(n).equals(c.special().get(n))) {
        words.add("scr" + n + "=" + registers.special(n));
      }
    }
  }

  @Override
  public void close() {
    window.close();
  }
}
