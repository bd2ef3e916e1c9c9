package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CapabilityOperations;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.Permissions;
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
import org.capvm.translator.check.ClassChecker;
import org.capvm.translator.check.RejectedClassException;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random code with capabilities leaves the same registers, memory, tags and trap behind in both
 * engines. The vectors say what each instruction does; this says that translated code keeps it
 * straight from one instruction to the next.
 */
class RandomCodeTest {
  private static final int CASES = 600;
  private static final int LENGTH = 24;
  private static final int ITERATIONS = 3;
  private static final long CODE = 0x20000;
  private static final long STRIDE = 256;
  private static final long DATA = 0x80000;
  private static final int DATA_SIZE = 2048;

  /** CLoadTags wants this alignment. */
  private static final long LINE = 64;

  /** Chance of a pointer that forbids something: one in this. */
  private static final int MISUSE = 32;

  /** Cases that must get to their end, so that traps do not hide what comes behind them. */
  private static final int MUST_END = 200;

  private final Window interpreted = window();
  private final Window translated = window();

  private static Window window() {
    Window w = new Window(1 << 20, true);
    w.pages()
        .set(
            Window.LOW,
            w.size() - Window.LOW,
            PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE);
    return w;
  }

  @ParameterizedTest
  @CsvSource({
    "XCHERI_V9, false, 1",
    "XCHERI_V9, true, 2",
    "XCHERI_V8, false, 3",
    "XCHERI_V8, true, 4",
  })
  void enginesAgree(Dialect dialect, boolean capabilityMode, long seed)
      throws RejectedClassException {
    Random random = new Random(seed);
    int rarity = dialect == Dialect.XCHERI_V8 ? 16 : 1;
    for (int n = 0; n < CASES; n++) {
      long at = CODE + n * STRIDE;
      for (int word : new RandomCode(random, LENGTH, rarity).words()) {
        Memory.storeInt(interpreted, at, word);
        Memory.storeInt(translated, at, word);
        at += Integer.BYTES;
      }
    }
    List<Optional<GuestFunction>> functions = translate(dialect, capabilityMode);
    int ended = 0;
    for (int n = 0; n < CASES; n++) {
      long state = random.nextLong();
      Hart a = hart(interpreted, dialect, capabilityMode, n, new Random(state));
      Hart b = hart(translated, dialect, capabilityMode, n, new Random(state));
      Trap expected = interpret(a);
      functions.get(n).ifPresent(f -> run(f, b));
      Trap got = interpret(b);
      String name = dialect + " seed " + seed + " case " + n;
      assertEquals(text(expected), text(got), name);
      assertEquals(state(a), state(b), name);
      ended += expected instanceof Trap.Breakpoint ? 1 : 0;
    }
    assertTrue(ended >= MUST_END, "only " + ended + " cases ended");
  }

  private List<Optional<GuestFunction>> translate(Dialect dialect, boolean capabilityMode)
      throws RejectedClassException {
    List<Optional<ReachableCode>> found = new ArrayList<>();
    for (int n = 0; n < CASES; n++) {
      long entry = CODE + n * STRIDE;
      found.add(
          CapabilityTranslator.find(
              address -> Memory.loadUnsignedShort(translated, address),
              entry,
              capabilityMode,
              dialect));
    }
    List<ReachableCode> codes = found.stream().flatMap(Optional::stream).toList();
    TranslatedClass made =
        CapabilityTranslator.translate(codes, dialect, TranslatedCode.PACKAGE + ".random.Code");
    ClassChecker.checkWithCapabilities(made.bytes());
    TranslatedCode loader = new TranslatedCode(name -> made.bytes());
    return found.stream()
        .map(f -> f.map(c -> loader.resumePoint(made.name(), codes.indexOf(c))))
        .toList();
  }

  private static void run(GuestFunction function, Hart h) {
    try {
      function.call(h);
    } catch (Unwind e) {
      // The next instruction is the interpreter's.
    }
  }

  private static Trap interpret(Hart h) {
    while (true) {
      Trap trap = CapabilityInterpreter.step(h);
      if (trap != null) {
        return trap;
      }
    }
  }

  private static Hart hart(Window w, Dialect dialect, boolean capabilityMode, int n, Random r) {
    Hart h = new Hart(w, null, new GuestFunction[0][], null);
    h.stackSpan = 1;
    Capability all = Capability.ROOT;
    Capability whole = part(dialect, DATA, DATA_SIZE);
    Capability pcc = all.withAddress(CODE + n * STRIDE).withFlags(capabilityMode ? 1 : 0);
    h.capabilities = new CapabilityRegisters(h, dialect, pcc, relative(dialect, whole));
    for (int x = 1; x < 16; x++) {
      h.capabilities.set(x, r.nextBoolean() ? data(r, dialect) : Capability.integer(integer(r)));
      h.f(x, r.nextLong());
    }
    for (int k = 0; k < RandomCode.POINTERS; k++) {
      int x = RandomCode.FIRST_POINTER + k;
      Capability c = r.nextInt(MISUSE) == 0 ? data(r, dialect) : whole;
      h.capabilities.set(x, c.withAddress(DATA + LINE * r.nextInt(16)));
    }
    h.capabilities.setInteger(RandomCode.COUNTER, ITERATIONS);
    for (long at = DATA; at < DATA + DATA_SIZE; at += Capability.SIZE) {
      w.tags().store(at, r.nextBoolean() ? data(r, dialect) : Capability.integer(integer(r)));
    }
    return h;
  }

  /** DDC: in ISAv8 integers count from its address, and those of pointers are absolute. */
  private static Capability relative(Dialect dialect, Capability whole) {
    return dialect.relocates() ? part(dialect, 0, 2 * DATA).withAddress(0) : whole;
  }

  private static Capability part(Dialect dialect, long start, long length) {
    return CapabilityOperations.setBounds(
        dialect, Capability.ROOT.withAddress(start), 0, length, false);
  }

  private static long integer(Random r) {
    return switch (r.nextInt(4)) {
      case 0 -> r.nextLong();
      case 1 -> DATA + r.nextInt(DATA_SIZE);
      case 2 -> r.nextInt();
      default -> r.nextInt(64);
    };
  }

  /** A capability to all or a part of the data, mostly with all permissions. */
  private static Capability data(Random r, Dialect dialect) {
    long start = r.nextInt(3) == 0 ? DATA + 64L * r.nextInt(8) : DATA;
    long length = r.nextInt(3) == 0 ? r.nextInt(DATA_SIZE / 2) : DATA_SIZE - (start - DATA);
    Capability c = part(dialect, start, length);
    long permissions = r.nextInt(4) == 0 ? r.nextInt() : Permissions.ALL;
    Capability allowed = CapabilityOperations.andPermissions(dialect, c, 0, permissions);
    return r.nextInt(16) == 0 ? CapabilityOperations.sealEntry(dialect, allowed, 0) : allowed;
  }

  private static String text(Trap trap) {
    return trap instanceof Trap.Capability(var fault)
        ? fault.getMessage()
        : trap instanceof Trap.Memory(var fault) ? fault.getMessage() : trap.toString();
  }

  /** Everything that the guest could see. */
  private static List<String> state(Hart h) {
    List<String> state = new ArrayList<>();
    state.add("pcc " + h.capabilities.pcc());
    state.add("ddc " + h.capabilities.ddc());
    state.add("fcsr " + h.fcsr());
    for (int n = 1; n < 32; n++) {
      state.add("c" + n + " " + h.capabilities.get(n) + " f" + Long.toHexString(h.f(n)));
    }
    for (int n = 4; n < 8; n++) {
      state.add("special " + n + " " + h.capabilities.special(n));
    }
    for (long at = DATA; at < DATA + DATA_SIZE; at += Capability.SIZE) {
      state.add(Long.toHexString(at) + " " + h.window.tags().load(at));
    }
    return state;
  }
}
