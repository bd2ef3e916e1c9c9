package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.A1;
import static org.capvm.runtime.interpreter.Machine.A2;
import static org.capvm.runtime.interpreter.Machine.DATA;
import static org.capvm.runtime.isa.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Assembler;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The A extension. */
class AtomicInstructionsTest {
  private static final int T0 = 5;
  private final Machine m = new Machine();

  @AfterEach
  void close() {
    m.close();
  }

  /** a0 = opcode(a2) at (a1), with {@code before} in memory; memory is {@code after} then. */
  private static void atomic(Opcode opcode, long before, long operand, long result, long after) {
    try (Machine m = new Machine()) {
      Memory.storeLong(m.window, DATA, before);
      m.words(Assembler.register(opcode, A0, A1, A2));
      m.hart.x11 = DATA;
      m.hart.x12 = operand;
      assertEquals(result, m.run().x10, () -> opcode + " result");
      assertEquals(after, Memory.loadLong(m.window, DATA), () -> opcode + " memory");
    }
  }

  @Test
  void doublewordOperations() {
    atomic(AMOSWAP_D, 5, -7, 5, -7);
    atomic(AMOADD_D, Long.MAX_VALUE, 1, Long.MAX_VALUE, Long.MIN_VALUE);
    atomic(AMOXOR_D, 0xff, 0x0f, 0xff, 0xf0);
    atomic(AMOAND_D, 0xff, 0x0f, 0xff, 0x0f);
    atomic(AMOOR_D, 0xf0, 0x0f, 0xf0, 0xff);
    atomic(AMOMIN_D, -1, 1, -1, -1);
    atomic(AMOMAX_D, -1, 1, -1, 1);
    atomic(AMOMINU_D, -1, 1, -1, 1);
    atomic(AMOMAXU_D, -1, 1, -1, -1);
  }

  @Test
  void wordOperationsSignExtendAndLeaveTheOtherWord() {
    long high = 0x1111_1111L << 32;
    atomic(AMOSWAP_W, high | 0x8000_0000L, 5, Integer.MIN_VALUE, high | 5);
    atomic(AMOADD_W, high | 0xffff_ffffL, 0x7_0000_0002L, -1, high | 1);
    atomic(AMOXOR_W, high | 0xff, 0x0f, 0xff, high | 0xf0);
    atomic(AMOAND_W, high | 0xff, 0x0f, 0xff, high | 0x0f);
    atomic(AMOOR_W, high | 0xf0, 0x0f, 0xf0, high | 0xff);
    atomic(AMOMIN_W, high | 0xffff_ffffL, 1, -1, high | 0xffff_ffffL);
    atomic(AMOMAX_W, high | 0xffff_ffffL, 1, -1, high | 1);
    atomic(AMOMINU_W, high | 0xffff_ffffL, 1, -1, high | 1);
    atomic(AMOMAXU_W, high | 1, 0xffff_ffffL, 1, high | 0xffff_ffffL);
  }

  @Test
  void conditionalStoreSucceedsOnceAfterItsReservation() {
    Memory.storeInt(m.window, DATA, -3);
    m.words(
        Assembler.register(LR_W, T0, A1, 0),
        Assembler.register(SC_W, A0, A1, A2),
        Assembler.register(SC_W, 6, A1, A2));
    m.hart.x11 = DATA;
    m.hart.x12 = 9;
    m.run();
    assertEquals(-3, m.hart.x5);
    assertEquals(0, m.hart.x10);
    assertEquals(1, m.hart.x6);
    assertEquals(9, Memory.loadInt(m.window, DATA));
  }

  @Test
  void conditionalStoreFailsElsewhereAndAfterAChange() {
    m.words(
        Assembler.register(LR_D, T0, A1, 0),
        Assembler.immediate(ADDI, 6, A1, 8),
        Assembler.register(SC_D, A0, 6, A2),
        Assembler.register(LR_D, T0, A1, 0),
        Assembler.store(SD, A2, A1, 0),
        Assembler.register(SC_D, 7, A1, 0));
    m.hart.x11 = DATA;
    m.hart.x12 = 9;
    m.run();
    assertEquals(1, m.hart.x10);
    assertEquals(1, m.hart.x7);
    assertEquals(9, Memory.loadLong(m.window, DATA));
    assertEquals(0, Memory.loadLong(m.window, DATA + 8));
  }

  @Test
  void misalignedAddressTraps() {
    for (Opcode opcode : new Opcode[] {LR_W, SC_W, AMOADD_W, LR_D, SC_D, AMOMAXU_D}) {
      try (Machine one = new Machine()) {
        one.words(Assembler.register(opcode, A0, A1, 0));
        one.hart.x10 = 77;
        one.hart.x11 = DATA + 2;
        one.run();
        AccessKind kind = opcode == LR_W || opcode == LR_D ? AccessKind.LOAD : AccessKind.STORE;
        assertEquals(new Trap.Misaligned(DATA + 2, kind), one.lastTrap());
        assertEquals(Machine.CODE, one.trapAddresses.getLast());
        assertEquals(77, one.hart.x10);
      }
    }
  }

  @Test
  void faultsAreStoresExceptOfLoadReserved() {
    assertFault(AMOADD_W, Machine.CONSTANTS, AccessKind.STORE);
    assertFault(SC_D, Machine.CONSTANTS, AccessKind.STORE);
    m.window.pages().set(Machine.CONSTANTS, Window.PAGE, PageTable.MAPPED);
    assertFault(LR_W, Machine.CONSTANTS, AccessKind.LOAD);
  }

  private void assertFault(Opcode opcode, long address, AccessKind kind) {
    m.at(Machine.CODE).words(Assembler.register(opcode, A0, A1, 0));
    m.code.invalidate(Machine.CODE, Machine.CODE + 8);
    m.hart.pc = Machine.CODE;
    m.hart.x11 = address;
    m.run();
    MemoryFault fault = assertInstanceOf(Trap.Memory.class, m.lastTrap()).fault();
    assertEquals(address, fault.address());
    assertEquals(kind, fault.kind());
  }

  /** Two harts add to one counter, one with AMOs and one with LR/SC: no addition is lost. */
  @Test
  void atomicAcrossHarts() throws InterruptedException {
    int rounds = 20_000;
    m.words(
        Assembler.register(AMOADD_D, 0, A1, A2),
        Assembler.immediate(ADDI, T0, T0, -1),
        Assembler.branch(BNE, T0, 0, -8),
        EBREAK.match());
    long second = Machine.CODE + 16;
    m.words(
        Assembler.register(LR_D, 6, A1, 0),
        Assembler.register(ADD, 6, 6, A2),
        Assembler.register(SC_D, 7, A1, 6),
        Assembler.branch(BNE, 7, 0, -12),
        Assembler.immediate(ADDI, T0, T0, -1),
        Assembler.branch(BNE, T0, 0, -20),
        EBREAK.match());
    Thread other = new Thread(() -> m.code.interpreter().run(counting(second, rounds)));
    other.start();
    m.code.interpreter().run(counting(Machine.CODE, rounds));
    other.join();
    assertEquals(2 * rounds, Memory.loadLong(m.window, DATA));
  }

  private Hart counting(long pc, int rounds) {
    Hart h = m.code.newHart(m.window, new Machine.Silent());
    h.pc = pc;
    h.x5 = rounds;
    h.x11 = DATA;
    h.x12 = 1;
    return h;
  }
}
