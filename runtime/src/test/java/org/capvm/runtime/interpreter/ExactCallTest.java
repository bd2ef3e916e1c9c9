package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.CODE;
import static org.capvm.runtime.interpreter.Machine.DATA_END;
import static org.capvm.runtime.interpreter.Machine.RA;
import static org.capvm.runtime.interpreter.Machine.SP;
import static org.capvm.runtime.isa.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.isa.Assembler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that leave in every register what the callee left there. */
class ExactCallTest {
  private static final int RETURN = Assembler.immediate(JALR, 0, RA, 0);
  private static final int T0 = 5;
  private static final int T1 = 6;
  private static final long CALLER = CODE + 0x800;
  private static final long OTHER = CODE + 0x400;

  private final Machine m = new Machine();
  private final Hart h = m.hart;

  /** What translated code makes of a function that changes t0: the hart does not see it. */
  private static final GuestFunction LOSING =
      new GuestFunction() {
        @Override
        public void call(Hart hart) {
          hart.pc = hart.x1;
        }
      };

  @AfterEach
  void close() {
    m.close();
  }

  /** f: calls another function, which leaves 7 in t0 and is translated, and returns. */
  private void callerOfTranslated(Machine machine) {
    machine.code.put(OTHER, LOSING);
    machine.at(OTHER).words(Assembler.immediate(ADDI, T0, 0, 7), RETURN);
    machine
        .at(CODE)
        .words(
            Assembler.immediate(ADDI, T1, RA, 0),
            Assembler.jump(RA, (int) (OTHER - CODE - 4)),
            Assembler.immediate(ADDI, RA, T1, 0),
            RETURN);
  }

  private void callExactly() {
    h.x1 = CALLER;
    h.pc = CODE;
    h.restartStack();
    m.code.interpreter().callExactly(h);
  }

  @Test
  void nothingTranslatedIsEntered() {
    callerOfTranslated(m);
    callExactly();
    assertEquals(7, h.x5);
    assertEquals(CALLER, h.pc);
    assertNull(h.exactCall);
  }

  @Test
  void outlivesTheFramesThatAnInterruptDrops() {
    callerOfTranslated(m);
    h.x1 = CALLER;
    h.pc = CODE;
    h.restartStack();
    h.requestInterrupt();
    assertThrows(Unwind.class, () -> m.code.interpreter().callExactly(h));
    assertNotNull(h.exactCall);
    h.acknowledgeInterrupt();
    assertTrue(m.code.interpreter().goOnExactly(h));
    assertEquals(7, h.x5);
    assertNull(h.exactCall);
  }

  @Test
  void endsWhereTheFrameThatItReturnsToIsGone() {
    m.words(Assembler.immediate(ADDI, SP, SP, 32), Assembler.immediate(JALR, 0, A0, 0));
    h.x10 = OTHER;
    h.x2 = DATA_END - 64;
    assertThrows(Unwind.class, this::callExactly);
    assertEquals(OTHER, h.pc);
    assertNull(h.exactCall);
  }

  @Test
  void callerWhoseSavedRegistersChangedIsNotReturnedTo() {
    m.words(Assembler.immediate(ADDI, 9, 0, 2), RETURN);
    assertThrows(Unwind.class, this::callExactly);
    assertEquals(CALLER, h.pc);
    assertNull(h.exactCall);
  }

  @Test
  void interpretedCodeMakesTheCallsThatItsTranslationWouldMake() {
    callerOfTranslated(m);
    m.code.addExactCalls(List.of(CODE + 8));
    m.at(CODE + 0x100).run();
    assertEquals(OTHER, h.pc);
    assertEquals(CODE + 8, h.exactCall.returnTo());
    assertTrue(m.code.interpreter().goOnExactly(h));
    assertEquals(7, h.x5);
    assertEquals(CODE + 8, h.pc);
  }

  @Test
  void changedCodeMakesNone() {
    callerOfTranslated(m);
    m.code.addExactCalls(List.of(CODE + 8));
    m.code.invalidate(CODE, CODE + 16);
    m.at(CODE + 0x100).run();
    assertEquals(OTHER, h.pc);
    assertNull(h.exactCall);
  }

  /** Counts how often it is asked for code that loses nothing. */
  private static final class Listener implements HotCode {
    private int asked;

    @Override
    public void reached(Hart hart, long address, Kind kind) {
      throw new AssertionError("code of exact calls is not worth a translation");
    }

    @Override
    public boolean exactCallsAreHot() {
      asked++;
      return true;
    }

    @Override
    public int threshold() {
      return 1000;
    }
  }

  @Test
  void longCallsAskForCodeThatLosesNothing() {
    Listener listener = new Listener();
    try (Machine one = new Machine(listener)) {
      one.words(
          Assembler.upper(LUI, A0, 40_000_000 & -4096),
          Assembler.immediate(ADDI, A0, A0, -1),
          Assembler.branch(BNE, A0, 0, -4),
          RETURN);
      one.hart.x1 = CALLER;
      one.hart.pc = CODE;
      one.hart.restartStack();
      assertThrows(Unwind.class, () -> one.code.interpreter().callExactly(one.hart));
      assertEquals(1, listener.asked);
      assertNull(one.hart.exactCall);
      assertEquals(CODE + 4, one.hart.pc);
      assertTrue(one.hart.x10 > 0);
    }
  }
}
