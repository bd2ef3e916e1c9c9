package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
import org.capvm.testsuite.size.SuiteSize;
import org.capvm.translator.check.ClassChecker;
import org.capvm.translator.check.RejectedClassException;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random loops with capabilities, which check authority once for many iterations, leave the same
 * registers, memory, tags and trap behind in both engines: with pointers near the ends of bounds
 * and of pages that forbid something, without tag or permission, sealed, and over memory with tags.
 * {@code -Dcapvm.walks=N} takes N loops of each kind.
 */
class WalkingLoopsTest {
  private static final int LOOPS = SuiteSize.number("capvm.walks", 50, 150, 20_000);

  /** Loops in one class. */
  private static final int BATCH = 50;

  /** How often each is run. */
  private static final int RUNS = 4;

  private static final int MOST_ITERATIONS = 700;
  private static final long CODE = 0x20000;
  private static final long STRIDE = 512;
  private static final long DATA = 0x80000;
  private static final int DATA_SIZE = 4 * Window.PAGE;

  /** One of so many loops walks over a page that forbids something. */
  private static final int HOLES = 3;

  private final Window interpreted = window();
  private final Window translated = window();

  private static Window window() {
    Window w = new Window(1 << 20, true);
    w.pages().set(Window.LOW, w.size() - Window.LOW, usable());
    return w;
  }

  private static int usable() {
    return PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
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
    int walking = 0;
    int ended = 0;
    for (int first = 0; first < LOOPS; first += BATCH) {
      for (int n = 0; n < BATCH; n++) {
        place(new WalkingLoop(random, capabilityMode).words(), CODE + n * STRIDE);
      }
      List<GuestFunction> functions = new ArrayList<>();
      for (int n = 0; n < BATCH; n++) {
        byte[] made = translate(dialect, capabilityMode, CODE + n * STRIDE, functions);
        walking += checksRanges(made) ? 1 : 0;
      }
      for (int n = 0; n < BATCH * RUNS; n++) {
        String name =
            dialect + " seed " + seed + " loop " + (first + n / RUNS) + " run " + n % RUNS;
        long entry = CODE + n / RUNS * STRIDE;
        ended += run(name, functions.get(n / RUNS), dialect, capabilityMode, entry, random) ? 1 : 0;
      }
    }
    assertTrue(walking > LOOPS / 2, "only " + walking + " loops check ranges");
    assertTrue(ended > LOOPS * RUNS / 10, "only " + ended + " runs ended");
  }

  private void place(List<Integer> words, long at) {
    long to = at;
    for (long end = at + STRIDE; to < end; to += Integer.BYTES) {
      int k = (int) (to - at) / Integer.BYTES;
      int word = k < words.size() ? words.get(k) : words.getLast();
      Memory.storeInt(interpreted, to, word);
      Memory.storeInt(translated, to, word);
    }
  }

  private byte[] translate(
      Dialect dialect, boolean capabilityMode, long entry, List<GuestFunction> functions)
      throws RejectedClassException {
    ReachableCode code =
        CapabilityTranslator.find(
                address -> Memory.loadUnsignedShort(translated, address),
                entry,
                capabilityMode,
                dialect)
            .orElseThrow();
    String name = TranslatedCode.PACKAGE + ".walks.Code";
    TranslatedClass made = CapabilityTranslator.translate(List.of(code), dialect, name);
    ClassChecker.checkWithCapabilities(made.bytes());
    functions.add(new TranslatedCode(n -> made.bytes()).resumePoint(name, 0));
    return made.bytes();
  }

  private static boolean checksRanges(byte[] classFile) {
    return new String(classFile, StandardCharsets.ISO_8859_1).contains("AuthorisedRange");
  }

  /** Returns whether the loop came to its end. */
  private boolean run(
      String name,
      GuestFunction function,
      Dialect dialect,
      boolean capabilityMode,
      long entry,
      Random random) {
    long state = random.nextLong();
    Hart a = hart(interpreted, dialect, capabilityMode, entry, new Random(state));
    Hart b = hart(translated, dialect, capabilityMode, entry, new Random(state));
    Trap expected = interpret(a);
    try {
      function.call(b);
    } catch (Unwind e) {
      // The next instruction is the interpreter's.
    }
    Trap got = interpret(b);
    assertEquals(text(expected), text(got), name);
    assertEquals(registers(a), registers(b), name);
    for (long at = DATA; at < DATA + DATA_SIZE; at += Capability.SIZE) {
      Capability c = interpreted.tags().load(at);
      Capability d = translated.tags().load(at);
      assertTrue(c.equals(d), () -> name + ": not " + c + " but " + d);
    }
    return expected instanceof Trap.Breakpoint;
  }

  private static Trap interpret(Hart h) {
    while (true) {
      Trap trap = CapabilityInterpreter.step(h);
      if (trap != null) {
        return trap;
      }
    }
  }

  private static Hart hart(
      Window w, Dialect dialect, boolean capabilityMode, long entry, Random r) {
    Hart h = new Hart(w, null, new GuestFunction[0][], null);
    h.stackSpan = 1;
    Capability pcc = Capability.ROOT.withAddress(entry).withFlags(capabilityMode ? 1 : 0);
    Capability ddc = ddc(dialect, r);
    h.capabilities = new CapabilityRegisters(h, dialect, pcc, ddc);
    for (int x = 1; x < 32; x++) {
      h.capabilities.setInteger(x, r.nextInt(3) == 0 ? 0 : r.nextInt(64));
      h.f(x, r.nextLong());
    }
    for (int p = 0; p < WalkingLoop.POINTERS; p++) {
      h.capabilities.set(WalkingLoop.FIRST_POINTER + p, pointer(r, dialect));
    }
    h.capabilities.setInteger(WalkingLoop.COUNTER, 1 + r.nextInt(MOST_ITERATIONS));
    w.pages().set(DATA, DATA_SIZE, usable());
    if (r.nextInt(HOLES) == 0) {
      int bits = new int[] {0, PageTable.MAPPED, PageTable.MAPPED | PageTable.READ}[r.nextInt(3)];
      w.pages().set(DATA + (long) Window.PAGE * (1 + r.nextInt(3)), Window.PAGE, bits);
    }
    int density = r.nextInt(3) == 0 ? 1 : r.nextBoolean() ? 16 : 1_000_000;
    for (long at = DATA; at < DATA + DATA_SIZE; at += Capability.SIZE) {
      boolean tagged = r.nextInt(density) == 0;
      w.tags().store(at, tagged ? Capability.ROOT : Capability.integer(r.nextInt()));
    }
    return h;
  }

  /** Mostly all of the data; in ISAv8 integers count from its address. */
  private static Capability ddc(Dialect dialect, Random r) {
    Capability whole =
        dialect.relocates() ? part(dialect, 0, 2 * DATA) : part(dialect, DATA, DATA_SIZE);
    return r.nextInt(8) == 0 ? misused(whole, dialect, r) : whole;
  }

  /** A place in the data under a capability to some of it, mostly at one of its ends. */
  private static Capability pointer(Random r, Dialect dialect) {
    long start = DATA + r.nextInt(DATA_SIZE / 2);
    long length = r.nextInt(4) == 0 ? r.nextInt(600) : DATA + DATA_SIZE - start;
    Capability c = part(dialect, start, length);
    long inside = Math.max(1, c.length());
    long offset =
        switch (r.nextInt(4)) {
          case 0 -> 0;
          case 1 -> inside - 1 - r.nextInt(64);
          case 2 -> r.nextInt((int) inside);
          default -> 8 * (r.nextInt((int) inside) / 8);
        };
    Capability placed = c.withAddress(c.base() + offset);
    return r.nextInt(12) == 0 ? misused(placed, dialect, r) : placed;
  }

  private static Capability misused(Capability c, Dialect dialect, Random r) {
    return switch (r.nextInt(4)) {
      case 0 -> c.untagged();
      case 1 -> CapabilityOperations.sealEntry(dialect, c, 0);
      case 2 -> CapabilityOperations.andPermissions(dialect, c, 0, ~(long) Permissions.STORE);
      default -> CapabilityOperations.andPermissions(dialect, c, 0, ~(long) Permissions.LOAD);
    };
  }

  private static Capability part(Dialect dialect, long start, long length) {
    return CapabilityOperations.setBounds(
        dialect, Capability.ROOT.withAddress(start), 0, length, false);
  }

  private static String text(Trap trap) {
    return trap instanceof Trap.Capability(var fault)
        ? fault.getMessage()
        : trap instanceof Trap.Memory(var fault) ? fault.getMessage() : trap.toString();
  }

  private static List<String> registers(Hart h) {
    List<String> registers = new ArrayList<>();
    for (int n = 1; n < 32; n++) {
      registers.add("c" + n + " " + h.capabilities.get(n) + " f" + Long.toHexString(h.f(n)));
    }
    registers.add("pcc " + h.capabilities.pcc());
    return registers;
  }
}
