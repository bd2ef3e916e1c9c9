package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.CODE;
import static org.capvm.runtime.interpreter.Machine.DATA_END;
import static org.capvm.runtime.interpreter.Machine.RA;
import static org.capvm.runtime.interpreter.Machine.SP;
import static org.capvm.runtime.isa.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.isa.Assembler;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.MemoryFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The interpreter between translated functions: who returns where, and what leaves all frames. */
class InterpreterCallTest {
  private static final int RETURN = Assembler.immediate(JALR, 0, RA, 0);
  private static final int TEMPORARY = 5;
  private static final long CALLER = CODE + 0x800;
  private static final long OTHER = CODE + 0x400;

  private final Machine m = new Machine();
  private final Hart h = m.hart;

  @AfterEach
  void close() {
    m.close();
  }

  /** A translated function that does something and returns. */
  private static GuestFunction translated(Consumer<Hart> body) {
    return new GuestFunction() {
      @Override
      public void call(Hart hart) {
        body.accept(hart);
        hart.pc = hart.x1;
      }
    };
  }

  @Test
  void callReturnsToItsCaller() {
    h.x1 = CALLER;
    m.words(Assembler.immediate(ADDI, A0, 0, 3), RETURN).call();
    assertEquals(3, h.x10);
    assertEquals(CALLER, h.pc);
    assertEquals(0, h.interpreterFrames);
  }

  @Test
  void recursionOnTheSameReturnAddressReturnsOnlyAtTheEntryStackPointer() {
    // f: sp -= 16; if (a0-- != 0) f(); a1++; sp += 16; return. Each level returns to the same place
    // as the outermost call would if the caller's address were that place.
    long f = CODE;
    long site = f + 16;
    m.words(
        Assembler.immediate(ADDI, SP, SP, -16),
        Assembler.store(SD, RA, SP, 0),
        Assembler.immediate(ADDI, A0, A0, -1),
        Assembler.branch(BGE, A0, 0, 16),
        Assembler.immediate(LD, RA, SP, 0), // site: behind the call below, too
        Assembler.immediate(ADDI, SP, SP, 16),
        RETURN,
        Assembler.immediate(ADDI, RA, 0, 0),
        Assembler.upper(AUIPC, RA, 0),
        Assembler.immediate(ADDI, RA, RA, (int) (site - (f + 32))),
        Assembler.jump(0, (int) (f - (f + 40))));
    h.x10 = 5;
    h.x1 = site;
    m.call();
    assertEquals(site, h.pc);
    assertEquals(DATA_END, h.x2);
    assertEquals(-1, h.x10);
  }

  @Test
  void translatedFunctionIsCalledFromInterpretedCode() {
    m.code.put(OTHER, translated(hart -> hart.x10 += 5));
    h.x1 = CALLER;
    h.x10 = 1;
    m.words(
        Assembler.immediate(ADDI, TEMPORARY, RA, 0),
        Assembler.jump(RA, (int) (OTHER - CODE - 4)),
        Assembler.immediate(ADDI, A0, A0, 10),
        Assembler.immediate(ADDI, RA, TEMPORARY, 0),
        RETURN);
    m.call();
    assertEquals(16, h.x10);
    assertEquals(CALLER, h.pc);
  }

  @Test
  void callerWhoseSavedRegistersChangedIsNotReturnedTo() {
    h.x1 = CALLER;
    h.x9 = 1;
    m.words(Assembler.immediate(ADDI, 9, 0, 2), RETURN);
    assertThrows(Unwind.class, m::call);
    assertEquals(CALLER, h.pc);
    assertEquals(2, h.x9);
  }

  @Test
  void tailCallOfATranslatedFunctionReturnsForUs() {
    m.code.put(OTHER, translated(hart -> hart.x10 = 7));
    h.x1 = CALLER;
    m.words(Assembler.jump(0, (int) (OTHER - CODE))).call();
    assertEquals(7, h.x10);
    assertEquals(CALLER, h.pc);
  }

  @Test
  void runReturnsAtTheEntryOfATranslatedFunction() {
    m.code.put(OTHER, translated(hart -> hart.x10 = 7));
    m.words(Assembler.jump(RA, (int) (OTHER - CODE))).run();
    assertEquals(OTHER, h.pc);
    assertEquals(CODE + 4, h.x1);
    assertEquals(0, h.x10);
  }

  @Test
  void fallingThroughIntoATranslatedFunctionInterpretsIt() {
    m.code.put(CODE + 4, translated(hart -> hart.x10 = 7));
    m.words(Assembler.immediate(ADDI, A0, 0, 1), Assembler.immediate(ADDI, A0, A0, 1)).run();
    assertEquals(2, h.x10);
  }

  @Test
  void jumpAboveTheEntryStackPointerUnwinds() {
    h.x1 = CALLER;
    m.words(Assembler.immediate(ADDI, SP, SP, 32), Assembler.immediate(JALR, 0, A0, 0));
    h.x10 = OTHER;
    assertThrows(Unwind.class, m::call);
    assertEquals(OTHER, h.pc);
    assertEquals(0, h.interpreterFrames);
  }

  @Test
  void trapInANestedCallUnwindsWithTheHandlersState() {
    h.x1 = CALLER;
    m.words(Assembler.immediate(LW, A0, 0, 0));
    assertThrows(Unwind.class, m::call);
    assertTrue(m.lastTrap() instanceof Trap.Memory);
    assertEquals(CODE, h.pc);
  }

  @Test
  void faultOfATranslatedFunctionPassesThrough() {
    MemoryFault fault = new MemoryFault(4, AccessKind.LOAD, false);
    m.code.put(
        OTHER,
        translated(
            hart -> {
              throw fault;
            }));
    m.words(Assembler.jump(RA, (int) (OTHER - CODE)));
    assertSame(fault, assertThrows(MemoryFault.class, m::call));
    assertTrue(m.traps.isEmpty());
  }

  @Test
  void spinningGuestIsStoppedByAnInterrupt() throws InterruptedException {
    m.words(Assembler.branch(BEQ, 0, 0, 0));
    Thread other = new Thread(h::requestInterrupt);
    other.start();
    m.code.interpreter().run(h);
    other.join();
    assertEquals(CODE, h.pc);
    assertThrows(Unwind.class, m::call);
  }

  @Test
  void deepNestingOfEnginesUnwinds() {
    // Each interpreted call goes through a translated function that calls the interpreter again.
    m.code.put(
        OTHER,
        new GuestFunction() {
          @Override
          public void call(Hart hart) {
            hart.pc = CODE;
            hart.fallback.call(hart);
          }
        });
    m.words(Assembler.immediate(ADDI, A0, A0, 1), Assembler.jump(0, (int) (OTHER - CODE - 4)));
    assertThrows(Unwind.class, m::call);
    assertTrue(h.x10 >= 100);
    assertEquals(0, h.interpreterFrames);
  }

  @Test
  void callsThatReturnAreNotNestedAnyMore() {
    h.x1 = CALLER;
    m.words(RETURN).call();
    assertEquals(0, h.interpreterFrames);
    m.code.put(OTHER, translated(hart -> hart.x10 = 7));
    h.pc = OTHER;
    m.call();
    assertEquals(7, h.x10);
    assertEquals(0, h.interpreterFrames);
  }

  @Test
  void callWhileAPollIsRequestedUnwinds() {
    h.requestInterrupt();
    h.x2 = DATA_END - 16;
    m.words(RETURN);
    assertThrows(Unwind.class, m::call);
    assertEquals(CODE, h.pc);
  }

  /** Notes what is hot. */
  private static final class Listener implements HotCode {
    final List<String> reached = new ArrayList<>();
    Runnable action = () -> {};

    @Override
    public void reached(Hart hart, long address, Kind kind) {
      reached.add("%s %x".formatted(kind, address));
      action.run();
    }

    @Override
    public int threshold() {
      return 3;
    }
  }

  @Test
  void hotLoopIsContinuedAtItsResumePoint() {
    Listener listener = new Listener();
    try (Machine one = new Machine(listener)) {
      listener.action =
          () ->
              one.code
                  .resumePoints()
                  .put(
                      CODE + 4,
                      new GuestFunction() {
                        @Override
                        public void call(Hart hart) {
                          hart.x11 += 100;
                          hart.pc = CODE + 12;
                        }
                      });
      one.words(
          Assembler.immediate(ADDI, A0, 0, 10),
          Assembler.immediate(ADDI, A0, A0, -1),
          Assembler.branch(BNE, A0, 0, -4));
      one.run();
      assertEquals(List.of("LOOP 10004"), listener.reached);
      assertEquals(CODE + 4, one.hart.pc);
      // The first branch stays in the block that control entered before the loop: no circle yet.
      assertEquals(6, one.hart.x10);
      one.code.interpreter().run(one.hart);
      assertEquals(CODE + 12, one.hart.pc);
      assertEquals(100, one.hart.x11);
    }
  }

  @Test
  void hotFunctionIsEnteredOncePublished() {
    Listener listener = new Listener();
    try (Machine one = new Machine(listener)) {
      listener.action = () -> one.code.put(OTHER, translated(hart -> hart.x11 += 100));
      // while (--a0 != 0) other();
      one.at(OTHER).words(Assembler.immediate(ADDI, 11, 11, 1), RETURN);
      one.at(CODE)
          .words(
              Assembler.jump(RA, (int) (OTHER - CODE)),
              Assembler.immediate(ADDI, A0, A0, -1),
              Assembler.branch(BNE, A0, 0, -8));
      one.hart.x10 = 5;
      one.run();
      assertEquals(OTHER, one.hart.pc);
      assertEquals(2, one.hart.x11);
      assertTrue(listener.reached.contains("FUNCTION 10400"));
    }
  }
}
