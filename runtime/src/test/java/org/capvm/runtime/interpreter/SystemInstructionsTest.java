package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.A1;
import static org.capvm.runtime.interpreter.Machine.A2;
import static org.capvm.runtime.interpreter.Machine.CODE;
import static org.capvm.runtime.isa.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.isa.Assembler;
import org.capvm.runtime.isa.Csr;
import org.capvm.runtime.isa.CsrOperations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Environment calls, traps, control and status registers, floating-point control. */
class SystemInstructionsTest {
  private static final int NOP = ADDI.match();
  private final Machine m = new Machine();

  @AfterEach
  void close() {
    m.close();
  }

  @Test
  void environmentCallReturnsBehindTheInstruction() {
    m.words(ECALL.match(), Assembler.immediate(ADDI, A0, A0, 10));
    m.hart.x10 = 1;
    assertEquals(12, m.run().x10);
    assertEquals(1, m.environmentCalls);
  }

  @Test
  void environmentCallThatReplacesRegistersUnwinds() {
    m.words(ECALL.match());
    m.hart.x17 = 139;
    m.hart.x10 = CODE + 0x100;
    assertThrows(Unwind.class, m::run);
    assertEquals(CODE + 0x100, m.hart.pc);
  }

  @Test
  void interruptRequestedDuringAnEnvironmentCallIsTakenBehindIt() {
    m.words(ECALL.match(), NOP);
    m.hart.requestInterrupt();
    m.run();
    assertEquals(CODE + 4, m.hart.pc);
    assertTrue(m.traps.isEmpty());
  }

  @Test
  void breakpointAndIllegalInstructionsTrapAtThemselves() {
    m.words(NOP).run();
    assertEquals(new Trap.Breakpoint(), m.lastTrap());
    assertEquals(CODE + 4, m.trapAddresses.getLast());
    m.at(CODE + 0x100).words(0x1050_0073).run(); // wfi
    m.hart.pc = CODE + 0x100;
    m.code.interpreter().run(m.hart);
    assertEquals(new Trap.IllegalInstruction(0x1050_0073), m.lastTrap());
    m.at(CODE + 0x200).halfWords(0);
    m.hart.pc = CODE + 0x200;
    m.code.interpreter().run(m.hart);
    assertEquals(new Trap.IllegalInstruction(0), m.lastTrap());
    assertEquals(CODE + 0x200, m.trapAddresses.getLast());
  }

  @Test
  void floatingPointStatusIsOneRegisterInThreeViews() {
    m.words(
        Assembler.immediate(ADDI, A1, 0, 0x1ff),
        Assembler.csr(CSRRW, A0, Csr.FCSR, A1),
        Assembler.csr(CSRRCI, A0, Csr.FFLAGS, 0x11),
        Assembler.csr(CSRRWI, A1, Csr.FRM, 2),
        Assembler.csr(CSRRS, A2, Csr.FCSR, 0));
    m.run();
    assertEquals(0x1f, m.hart.x10);
    assertEquals(7, m.hart.x11);
    assertEquals(0x4e, m.hart.x12);
    assertEquals(2, m.hart.frm());
    assertEquals(0xe, m.hart.fflags());
  }

  @Test
  void instructionsRetiredAreExact() {
    m.words(
        NOP,
        Assembler.csr(CSRRS, A0, Csr.INSTRET, 0),
        NOP,
        NOP,
        Assembler.csr(CSRRS, A1, Csr.CYCLE, 0));
    m.run();
    assertEquals(1, m.hart.x10);
    assertEquals(4, m.hart.x11);
    assertEquals(5, m.hart.instructionsRetired);
  }

  @Test
  void timeTicksAtItsFrequency() {
    m.words(Assembler.csr(CSRRS, A0, Csr.TIME, 0));
    long before = System.nanoTime();
    m.run();
    long after = System.nanoTime();
    long nanoseconds = m.hart.x10 * (1_000_000_000 / CsrOperations.TIME_FREQUENCY);
    assertTrue(nanoseconds >= before - 1000 && nanoseconds <= after);
  }

  @Test
  void counterWritesAndForeignRegistersAreIllegal() {
    int[] illegal = {
      Assembler.csr(CSRRW, 0, Csr.CYCLE, 0), // unimp
      Assembler.csr(CSRRS, A0, Csr.TIME, A1),
      Assembler.csr(CSRRCI, A0, Csr.INSTRET, 1),
      Assembler.csr(CSRRS, A0, 0x300, 0), // mstatus
      Assembler.csr(CSRRS, A0, 0xc20, 0), // vl
    };
    for (int word : illegal) {
      try (Machine one = new Machine()) {
        one.words(word).run();
        assertEquals(new Trap.IllegalInstruction(word), one.lastTrap());
        assertEquals(CODE, one.trapAddresses.getLast());
      }
    }
  }

  @Test
  void dynamicRoundingUsesTheModeRegister() {
    int add = Assembler.rounded(FADD_D, 3, 1, 2, 0, 7);
    m.words(add);
    m.hart.f1 = Double.doubleToRawLongBits(1);
    m.hart.f2 = Double.doubleToRawLongBits(0x1p-60);
    m.hart.setFrm(3); // towards positive infinity
    m.run();
    assertEquals(Math.nextUp(1.0), Double.longBitsToDouble(m.hart.f3));
    assertEquals(1, m.hart.fflags());
  }

  @Test
  void reservedDynamicRoundingModeIsIllegal() {
    int add = Assembler.rounded(FADD_D, 3, 1, 2, 0, 7);
    m.words(add);
    m.hart.setFrm(5);
    m.run();
    assertEquals(new Trap.IllegalInstruction(add), m.lastTrap());
  }

  @Test
  void floatingPointMovesBetweenTheRegisterFiles() {
    m.words(
        Assembler.register(FMV_W_X, 1, A1, 0),
        Assembler.register(FMV_D_X, 2, A1, 0),
        Assembler.register(FMV_X_W, A0, 1, 0),
        Assembler.register(FEQ_D, A2, 2, 2),
        Assembler.rounded(FCVT_D_L, 4, A1, 0, 0, 0),
        Assembler.rounded(FMADD_D, 5, 4, 4, 4, 0));
    m.hart.x11 = 0x4000_0000_8000_0000L;
    m.run();
    assertEquals(0xffff_ffff_8000_0000L, m.hart.f1);
    assertEquals(m.hart.x11, m.hart.f2);
    assertEquals(Integer.MIN_VALUE, m.hart.x10);
    assertEquals(1, m.hart.x12);
    double d = 0x4000_0000_8000_0000L;
    assertEquals(d, Double.longBitsToDouble(m.hart.f4));
    assertEquals(Math.fma(d, d, d), Double.longBitsToDouble(m.hart.f5));
  }

  @Test
  void fencesOrderNothingTheInterpreterCanShow() {
    m.words(0x0ff0_000f, 0x8330_000f, 0x0100_000f, 0x0220_000f, 0x0110_000f).run();
    assertEquals(5, m.hart.instructionsRetired);
  }
}
