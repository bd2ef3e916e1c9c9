package org.capvm.testsuite.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.interpreter.CapabilityInterpreter;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.discover.ReachableCode;
import org.capvm.translator.emit.CapabilityTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What kernels see of a hart with capabilities at an environment call, and what its code sees
 * behind it: the same in both engines. All code is pure-capability.
 */
class EnvironmentCallsTest {
  private static final long CODE = 0x20000;
  private static final long DATA = 0x80000;
  private static final int ECALL = 0x73;
  private static final int EBREAK = 0x0010_0073;
  private static final int T0 = 5;
  private static final int T1 = 6;
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A2 = 12;
  private static final Capability WHOLE = Capability.ROOT.withAddress(DATA);

  /** Three calls in a loop: a1 is moved, a2 gets each result, t0 counts. */
  private static final List<Integer> LOOP =
      List.of(
          add(T0, T0, 1),
          incrementOffset(A1, A1, 16),
          ECALL,
          add(A2, A0, 1),
          add(T1, T1, -1),
          unlessZero(T1, -20),
          EBREAK);

  private final Window window = new Window(1 << 20, true);

  EnvironmentCallsTest() {
    int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
    window.pages().set(Window.LOW, window.size() - Window.LOW, all);
    long at = CODE;
    for (int word : LOOP) {
      Memory.storeInt(window, at, word);
      at += Integer.BYTES;
    }
  }

  @AfterEach
  void close() {
    window.close();
  }

  private static int add(int rd, int rs, int immediate) {
    return immediate << 20 | rs << 15 | rd << 7 | 0x13;
  }

  private static int incrementOffset(int cd, int cs, int immediate) {
    return immediate << 20 | cs << 15 | 1 << 12 | cd << 7 | 0x5b;
  }

  private static int unlessZero(int rs, int distance) {
    return (distance >> 12 & 1) << 31
        | (distance >> 5 & 0x3f) << 25
        | rs << 15
        | 1 << 12
        | (distance >> 1 & 0xf) << 8
        | (distance >> 11 & 1) << 7
        | 0x63;
  }

  /** Answers as a test wants, and notes all registers before that. */
  private record RecordingKernel(List<String> seen, Consumer<Hart> answer) implements Kernel {
    @Override
    public void environmentCall(Hart h, boolean complete) {
      assertFalse(h.isInGuestCode());
      seen.add(complete + " " + registers(h));
      answer.accept(h);
    }

    @Override
    public void trap(Hart h, Trap trap) {
      throw new AssertionError(trap.toString());
    }

    @Override
    public void interrupt(Hart h) {}

    @Override
    public void instructionFence(Hart h) {}
  }

  private static String registers(Hart h) {
    StringBuilder text = new StringBuilder(h.capabilities.pcc().toString());
    for (int n = 1; n < 32; n++) {
      text.append(' ').append(h.capabilities.get(n));
    }
    return text.append(' ').append(h.capabilities.ddc()).toString();
  }

  private Hart hart(Kernel kernel) {
    Hart h = new Hart(window, kernel, new GuestFunction[0][], null);
    h.stackSpan = 1;
    Capability pcc = Capability.ROOT.withAddress(CODE).withFlags(1);
    h.capabilities = new CapabilityRegisters(h, Dialect.XCHERI_V9, pcc, Capability.NULL);
    h.capabilities.set(A0, WHOLE);
    h.capabilities.set(A1, WHOLE.withLength(64));
    h.capabilities.setInteger(T1, 3);
    return h;
  }

  /** Runs to the breakpoint; adds the registers of each call and those in the end. */
  private Hart run(boolean translated, Consumer<Hart> answer, List<String> seen) {
    Hart h = hart(new RecordingKernel(seen, answer));
    h.enterGuestCode();
    if (translated) {
      try {
        translation().call(h);
      } catch (Unwind e) {
        assertEquals(EBREAK, Memory.loadInt(window, h.pc));
      }
    }
    Trap trap = null;
    while (trap == null) {
      try {
        trap = CapabilityInterpreter.step(h);
      } catch (Unwind e) {
        // The kernel has said where control goes on.
      }
    }
    assertEquals(new Trap.Breakpoint(), trap);
    seen.add(registers(h));
    return h;
  }

  private GuestFunction translation() {
    ReachableCode code =
        CapabilityTranslator.find(
                address -> Memory.loadUnsignedShort(window, address), CODE, true, Dialect.XCHERI_V9)
            .orElseThrow();
    assertEquals(LOOP.size(), code.size());
    TranslatedClass made =
        CapabilityTranslator.translate(
            List.of(code), Dialect.XCHERI_V9, TranslatedCode.PACKAGE + ".calls.Code");
    return new TranslatedCode(name -> made.bytes()).resumePoint(made.name(), 0);
  }

  /** The hart that has run translated code, after as many calls as expected. */
  private Hart runBoth(int calls, Consumer<Hart> answer) {
    List<String> expected = new ArrayList<>();
    run(false, answer, expected);
    List<String> seen = new ArrayList<>();
    Hart h = run(true, answer, seen);
    assertEquals(expected, seen);
    assertEquals(calls + 1, seen.size());
    return h;
  }

  @Test
  void resultsAreIntegersAndAllElseStays() {
    Hart h = runBoth(3, caller -> caller.x10 = 41);
    assertEquals(Capability.integer(41), h.capabilities.get(A0));
    assertEquals(WHOLE.withLength(64).withAddress(DATA + 48), h.capabilities.get(A1));
    assertEquals(Capability.integer(42), h.capabilities.get(A2));
    assertEquals(3, h.x(T0));
  }

  @Test
  void aKernelReplacesAnyRegister() {
    Capability end = Capability.ROOT.withAddress(CODE + 4L * (LOOP.size() - 1)).withFlags(1);
    Hart h =
        runBoth(
            1,
            caller -> {
              for (int n = 1; n < 32; n++) {
                caller.capabilities.set(n, WHOLE.withAddress(DATA + n));
              }
              caller.capabilities.setDdc(WHOLE);
              caller.capabilities.setPcc(end);
              throw Unwind.INSTANCE;
            });
    assertEquals(WHOLE.withAddress(DATA + T0), h.capabilities.get(T0));
  }

  @Test
  void aCapabilityCanBeTheResult() {
    Hart h =
        runBoth(
            3,
            caller -> {
              caller.capabilities.set(A0, WHOLE);
              caller.pc += Integer.BYTES;
              throw Unwind.INSTANCE;
            });
    assertEquals(WHOLE, h.capabilities.get(A0));
    assertEquals(Capability.integer(DATA + 1), h.capabilities.get(A2));
  }

  /** What the kernel or another hart asks for is seen behind the call, before its next one. */
  @Test
  void anInterruptIsTakenBehindTheCall() {
    List<String> seen = new ArrayList<>();
    Hart h = hart(new RecordingKernel(seen, Hart::requestInterrupt));
    translation().call(h);
    assertEquals(1, seen.size());
    assertEquals(CODE + 12, h.pc);
    assertEquals(1, h.x(T0));
    assertEquals(WHOLE.withLength(64).withAddress(DATA + 16), h.capabilities.get(A1));
    assertEquals(Capability.integer(DATA), h.capabilities.get(A0));
  }

  /** It is nothing that the interpreter could do once more. */
  @Test
  void whatAKernelThrowsIsNoRefusal() {
    MemoryFault thrown = new MemoryFault(DATA, AccessKind.LOAD, true);
    List<String> seen = new ArrayList<>();
    Hart h =
        hart(
            new RecordingKernel(
                seen,
                _ -> {
                  throw thrown;
                }));
    assertSame(thrown, assertThrows(MemoryFault.class, () -> translation().call(h)));
    assertEquals(1, seen.size());
  }
}
