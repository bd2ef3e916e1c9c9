package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityFault;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.CapabilityCodeMap;
import org.capvm.runtime.code.CapabilityDispatcher;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.process.Command;
import org.capvm.translator.check.ClassChecker;
import org.capvm.translator.check.RejectedClassException;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;
import org.capvm.translator.elf.Symbol;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.emit.Variant;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random hybrid programs leave the same registers, memory and tags behind in both engines, where
 * functions without capabilities are translated as if there were none.
 */
class HybridProgramsTest {
  private static final int PROGRAMS = 60;
  private static final int RUNS = 24;
  private static final long TEXT = 0x20000;
  private static final long DATA = 0x180000;
  private static final long STACK = 0x1c0000;
  private static final long END = 0x1f0000;
  private static final int WINDOW_SIZE = 1 << 21;

  /** Behind the window's end there is memory that DDC does not allow. */
  private static final int SHARED = 1 << 16;

  private static final int TP = 4;

  /** Zero, ra and gp aside: sp and tp are where they have to be. */
  private static final int FIRST_FREE = 5;

  /** What functions leave to their callers by the ABI: sp, tp, s0, s1, a0, s2 to s11. */
  private static final Set<Integer> LEFT =
      Set.of(2, 4, 8, 9, 10, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27);

  /** Every how many runs a function without capabilities has to be entered. */
  private static final int ENTERED = 4;

  private static final String START =
      """
      .include "xcheri.inc"
      \t.option norelax
      \t.text
      \t.globl _start
      _start: nop
      """;

  private static final String FAULTING =
      """
      \t.type load, @function
      load:   ld      a0, 0(a0)
              ret
      \t.type store, @function
      store:  sd      a0, 0(a0)
              ret
      \t.type atomic, @function
      atomic: amoadd.d a1, a1, (a0)
              ret
      \t.type jump, @function
      jump:   addi    sp, sp, -16
              sd      ra, 8(sp)
              jalr    a0
              ld      ra, 8(sp)
              addi    sp, sp, 16
              ret
      """;

  @TempDir private Path folder;
  private ElfImage image;
  private Program program;
  private final Window interpreted = new Window(WINDOW_SIZE, true, SHARED);
  private final Window translated = new Window(WINDOW_SIZE, true, SHARED);
  private final CodeMap functions = CodeMap.besideCapabilities(translated);
  private int units;

  /**
   * What functions without capabilities do outside DDC, PCC or the window: they fault as in the
   * interpreter, as far as the ABI says what they did before.
   */
  @ParameterizedTest
  @CsvSource({
    "load, 0x180000, 0x180000, 0x200000, 0x200000",
    "load, 0x17fffc, 0x180000, 0x200000, 0x200000",
    "load, 0x180000, 0, 0x180004, 0x200000",
    "load, 0x1ffffc, 0, 0x200000, 0x200000",
    "load, 0x1ffffc, 0, 0x400000, 0x200000",
    "load, 0x200000, 0, 0x200000, 0x200000",
    "load, 0x200000, 0, 0x400000, 0x200000",
    "load, 0x201000, 0, 0x200000, 0x200000",
    "load, -8, 0, 0x200000, 0x200000",
    "load, 8, 0, 0x200000, 0x200000",
    "store, 0x1ffffc, 0, 0x200000, 0x200000",
    "store, 0x180000, 0, 0x180004, 0x200000",
    "store, 0x180008, 0, 0x200000, 0x200000",
    "store, 0x201000, 0, 0x200000, 0x200000",
    "atomic, 0x201000, 0, 0x200000, 0x200000",
    "atomic, 0x180004, 0, 0x200000, 0x200000",
    "atomic, 0x200000, 0, 0x200000, 0x200000",
    "jump, 0x180000, 0, 0x200000, 0x100000",
  })
  void faultsAreThose(String function, String address, String start, String end, String limit)
      throws IOException, ElfException, RejectedClassException, InterruptedException {
    assemble(FAULTING);
    load(interpreted);
    load(translated);
    publish(Variant.TAG_CLEARING);
    CapabilityCodeMap code = new CapabilityCodeMap(translated, CapabilityCodeMap.Translator.NONE);
    List<String> results = new ArrayList<>();
    for (boolean inInterpreter : List.of(true, false)) {
      Hart h =
          inInterpreter
              ? hart(new CodeMap(interpreted), interpreted, entries().get(function), new Random(1))
              : hart(functions, translated, entries().get(function), new Random(1));
      for (int x = FIRST_FREE; x < 32; x++) {
        h.capabilities.setInteger(x, Long.decode(address));
      }
      h.capabilities.setPcc(part(0, Long.decode(limit)).withAddress(h.pc));
      h.capabilities.setDdc(part(Long.decode(start), Long.decode(end) - Long.decode(start)));
      results.add(outcome(h, inInterpreter, code));
    }
    assertEquals(results.getFirst(), results.getLast());
  }

  private static String outcome(Hart h, boolean inInterpreter, CapabilityCodeMap code) {
    try {
      if (inInterpreter) {
        interpret(h);
      } else {
        CapabilityDispatcher.runUntil(h, code, END);
      }
      return "ended";
    } catch (Trapped e) {
      return e.getMessage();
    }
  }

  /** Precise code leaves every register as the interpreter does, other code those of the ABI. */
  @ParameterizedTest
  @CsvSource({"PRECISE_TAG_CLEARING, 1", "TAG_CLEARING, 2"})
  void enginesAgree(Variant variant, long seed)
      throws IOException, ElfException, RejectedClassException, InterruptedException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < PROGRAMS; n++) {
      text.append(new HybridFunctions(random, "p" + n + "_", !variant.isPrecise()).text());
    }
    assemble(text);
    load(interpreted);
    load(translated);
    publish(variant);
    CapabilityCodeMap code = new CapabilityCodeMap(translated, this::translate);
    Map<String, Long> entries = entries();
    int entered = 0;
    for (int n = 0; n < PROGRAMS; n++) {
      for (int run = 0; run < RUNS; run++) {
        long entry = entries.get("p" + n + "_" + random.nextInt(2));
        long state = random.nextLong();
        Hart a = hart(new CodeMap(interpreted), interpreted, entry, new Random(state));
        Hart b = hart(functions, translated, entry, new Random(state));
        interpret(a);
        b.reservationAddress = 0;
        assertTrue(CapabilityDispatcher.runUntil(b, code, END));
        entered += b.reservationAddress == 0 ? 0 : 1; // Entering such a function forgets it.
        String name = "%s, program %d from %x, state %d".formatted(variant, n, entry, state);
        assertEquals(state(a, variant), state(b, variant), name);
      }
    }
    assertTrue(entered > PROGRAMS * RUNS / ENTERED, "only " + entered + " runs");
    assertTrue(units > 0);
  }

  // The programs -------------------------------------------------------------------------------

  private Map<String, Long> entries() {
    return image.symbols().stream()
        .filter(Symbol::isCode)
        .collect(Collectors.toMap(Symbol::name, Symbol::value));
  }

  private void assemble(CharSequence text) throws IOException, ElfException, InterruptedException {
    Path source = Files.writeString(folder.resolve("programs.s"), START + text);
    Path elf = folder.resolve("programs");
    new Command(
            List.of(
                "riscv64-linux-gnu-gcc",
                "-nostdlib",
                "-static",
                "-Wl,--no-relax,-Ttext=0x" + Long.toHexString(TEXT),
                "-Wa,-mno-relax",
                "-I" + CapabilityPrograms.SOURCES,
                "-o",
                elf.toString(),
                source.toString()))
        .succeed();
    image = ElfImage.read(Files.readAllBytes(elf), "programs");
    program = Discovery.discoverWithoutCapabilities(image);
  }

  private void load(Window w) {
    int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
    w.pages().set(Window.LOW, w.size() + SHARED - Window.LOW, all);
    byte[] content = new byte[image.content().remaining()];
    image.content().get(content);
    for (Segment segment : image.segments()) {
      if (segment.executable()) {
        MemorySegment bytes = MemorySegment.ofArray(content);
        w.write(segment.address(), bytes.asSlice(segment.offset(), segment.fileSize()));
      }
    }
  }

  private void publish(Variant variant) throws RejectedClassException {
    FileTranslator translator =
        new FileTranslator(
            program.functions(), program.stubs(), 0, variant, TranslatedCode.PACKAGE + ".hybrid");
    functions.addExactCalls(translator.exactCalls().keySet());
    Map<String, byte[]> classes = new HashMap<>();
    TranslatedCode loader = new TranslatedCode(classes::get, 3);
    for (int n = 0; n < translator.classes(); n++) {
      TranslatedClass made = translator.translate(n);
      ClassChecker.checkTagClearing(made.bytes());
      classes.put(made.name(), made.bytes());
      List<Long> entries = made.entries();
      for (int k = 0; k < entries.size(); k++) {
        functions.put(entries.get(k), loader.function(functions, entries.get(k), made.name(), k));
      }
    }
  }

  private Optional<CapabilityCodeMap.Unit> translate(long entry, boolean mode) {
    return CapabilityTranslator.find(
            address -> Memory.loadUnsignedShort(translated, address),
            entry,
            mode,
            Dialect.XCHERI_V9)
        .map(
            code -> {
              String name = TranslatedCode.PACKAGE + ".unit.U" + units++;
              TranslatedClass made =
                  CapabilityTranslator.translate(List.of(code), Dialect.XCHERI_V9, name);
              TranslatedCode loader = new TranslatedCode(_ -> made.bytes());
              return new CapabilityCodeMap.Unit(
                  loader.resumePoint(name, 0), code.start(), code.limit());
            });
  }

  // The harts ----------------------------------------------------------------------------------

  private static void interpret(Hart h) {
    while (h.pc != END) {
      try {
        Trap trap = CapabilityInterpreter.step(h);
        if (trap != null) {
          h.kernel.trap(h, trap);
        }
      } catch (Unwind e) {
        // The kernel has said where execution goes on.
      }
    }
  }

  private static Hart hart(CodeMap code, Window w, long entry, Random r) {
    Hart h = code.newHart(w, new TestKernel());
    Capability pcc = Capability.ROOT.withAddress(entry);
    h.capabilities = new CapabilityRegisters(h, Dialect.XCHERI_V9, pcc, ddc(r));
    int rarity = 1 << r.nextInt(6);
    boolean none = r.nextBoolean();
    for (int x = FIRST_FREE; x < 32; x++) {
      boolean capability = !none && r.nextInt(rarity) == 0;
      h.capabilities.set(x, capability ? data(r) : Capability.integer(r.nextLong()));
    }
    h.capabilities.setInteger(1, END);
    h.capabilities.setInteger(2, STACK);
    h.capabilities.setInteger(TP, DATA);
    for (long at = DATA; at < DATA + HybridFunctions.DATA_SIZE; at += Capability.SIZE) {
      boolean capability = r.nextInt(4) == 0;
      w.tags().store(at, capability ? data(r) : Capability.integer(r.nextLong()));
    }
    return h;
  }

  /** What is there from the stack and the data: mostly more than that. */
  private static Capability ddc(Random r) {
    return r.nextInt(8) == 0 ? part(DATA, END - DATA) : part(0, WINDOW_SIZE);
  }

  private static Capability data(Random r) {
    return part(DATA + 16L * r.nextInt(16), 16L * r.nextInt(16));
  }

  private static Capability part(long start, long length) {
    return CapabilityOperations.setBounds(
        Dialect.XCHERI_V9, Capability.ROOT.withAddress(start), 0, length, false);
  }

  /** What the guest could see, or functions promise. */
  private static List<String> state(Hart h, Variant variant) {
    List<String> state = new ArrayList<>();
    state.add("pcc " + h.capabilities.pcc());
    for (int n = 1; n < 32; n++) {
      Capability c = h.capabilities.get(n);
      boolean integer = h.capabilities.held(n) == Capability.NULL;
      boolean shown = !integer || variant.isPrecise() || LEFT.contains(n);
      state.add("c" + n + " " + (shown ? c : "an integer"));
    }
    for (long at = DATA; at < DATA + HybridFunctions.DATA_SIZE + 64; at += Capability.SIZE) {
      state.add(Long.toHexString(at) + " " + h.window.tags().load(at));
    }
    return state;
  }

  /** The end of a program that raised an exception. */
  private static final class Trapped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Trapped(String message) {
      super(message);
    }
  }

  /** Answers with an integer or a capability, or has the hart interrupted. */
  private static final class TestKernel implements Kernel {
    private static final int A0 = 10;
    private static final int ECALL_LENGTH = 4;

    @Override
    public void environmentCall(Hart h, boolean complete) {
      switch ((int) h.x17) {
        case 1 -> {
          h.capabilities.set(A0, part(DATA, HybridFunctions.DATA_SIZE));
          h.pc += ECALL_LENGTH;
          throw Unwind.INSTANCE;
        }
        case 2 -> h.requestInterrupt();
        default -> h.x10 = 3 * h.x10 + 1;
      }
    }

    @Override
    public void trap(Hart h, Trap trap) {
      throw new Trapped(text(trap) + " at " + Long.toHexString(h.pc));
    }

    private static String text(Trap trap) {
      return switch (trap) {
        case Trap.Capability(CapabilityFault fault) -> fault.getMessage();
        case Trap.Memory(MemoryFault fault) -> fault.getMessage();
        default -> trap.toString();
      };
    }

    @Override
    public void interrupt(Hart h) {}

    @Override
    public void instructionFence(Hart h) {}
  }
}
