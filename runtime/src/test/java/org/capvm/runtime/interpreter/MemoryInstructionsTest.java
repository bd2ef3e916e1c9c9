package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.A1;
import static org.capvm.runtime.isa.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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

/** Loads and stores, and the faults they raise. */
class MemoryInstructionsTest {
  private static final long PATTERN = 0x8877_6655_c433_a291L;
  private final Machine m = new Machine();

  @AfterEach
  void close() {
    m.close();
  }

  /** a0 = load offset(a1) */
  private long load(Opcode opcode, long address, int offset) {
    m.at(Machine.CODE).words(Assembler.immediate(opcode, A0, A1, offset));
    m.code.invalidate(Machine.CODE, Machine.CODE + 8);
    m.hart.pc = Machine.CODE;
    m.hart.x10 = 0x1234;
    m.hart.x11 = address;
    return m.run().x10;
  }

  private void store(Opcode opcode, long value, long address, int offset) {
    m.at(Machine.CODE).words(Assembler.store(opcode, A0, A1, offset));
    m.code.invalidate(Machine.CODE, Machine.CODE + 8);
    m.hart.pc = Machine.CODE;
    m.hart.x10 = value;
    m.hart.x11 = address;
    m.run();
  }

  private void assertFault(long address, AccessKind kind, boolean mapped) {
    MemoryFault fault = assertInstanceOf(Trap.Memory.class, m.lastTrap()).fault();
    assertEquals(address, fault.address());
    assertEquals(kind, fault.kind());
    assertEquals(mapped, fault.mapped());
    assertEquals(Machine.CODE, m.trapAddresses.getLast());
  }

  @Test
  void loadsExtendTheSignOrZeros() {
    Memory.storeLong(m.window, Machine.DATA, PATTERN);
    assertEquals((byte) 0x91, load(LB, Machine.DATA, 0));
    assertEquals(0x91, load(LBU, Machine.DATA, 0));
    assertEquals((short) 0xa291, load(LH, Machine.DATA, 0));
    assertEquals(0xa291, load(LHU, Machine.DATA, 0));
    assertEquals(0xc433_a291, load(LW, Machine.DATA, 0));
    assertEquals(0xc433_a291L, load(LWU, Machine.DATA, 0));
    assertEquals(PATTERN, load(LD, Machine.DATA, 0));
    assertEquals((byte) 0x88, load(LB, Machine.DATA + 10, -3));
  }

  @Test
  void storesWriteTheirBytesOnly() {
    store(SD, PATTERN, Machine.DATA, 8);
    assertEquals(PATTERN, Memory.loadLong(m.window, Machine.DATA + 8));
    store(SB, 0x1ff, Machine.DATA + 9, 0);
    store(SH, 0x1_0001, Machine.DATA + 16, -6);
    store(SW, -1, Machine.DATA + 14, -2);
    assertEquals(0xffff_ffff_0001_ff91L, Memory.loadLong(m.window, Machine.DATA + 8));
  }

  @Test
  void misalignedAccessesWorkAcrossPages() {
    long address = Machine.DATA + Window.PAGE - 3;
    store(SD, PATTERN, address, 0);
    assertEquals(PATTERN, load(LD, address, 0));
    store(SW, 0x1234_5678, address, 1);
    assertEquals(0x1234_5678, load(LW, address, 1));
    store(SH, 0x4321, address, 2);
    assertEquals(0x4321, load(LH, address, 2));
  }

  @Test
  void faultNamesTheAccessAndWritesNoRegister() {
    assertEquals(0x1234, load(LW, 0, 8));
    assertFault(8, AccessKind.LOAD, false);
    store(SW, 1, 0x0ffff, 0);
    assertFault(0x0ffff, AccessKind.STORE, false);
    assertEquals(0x1234, load(LD, -8, 0));
    assertFault(-8, AccessKind.LOAD, false);
    load(LD, m.window.size(), 0);
    assertFault(m.window.size(), AccessKind.LOAD, false);
  }

  @Test
  void accessThatRunsIntoAnUnmappedPageFaultsThere() {
    load(LD, Machine.DATA_END, -4);
    assertFault(Machine.DATA_END, AccessKind.LOAD, false);
    store(SD, -1, Machine.DATA_END, -4);
    assertFault(Machine.DATA_END, AccessKind.STORE, false);
    assertEquals(0, Memory.loadInt(m.window, Machine.DATA_END - 4));
  }

  @Test
  void pagePermissionsAreRespected() {
    assertEquals(0, load(LD, Machine.CONSTANTS, 0));
    store(SB, 1, Machine.CONSTANTS, 0);
    assertFault(Machine.CONSTANTS, AccessKind.STORE, true);
    m.window.pages().set(Machine.CONSTANTS, Window.PAGE, PageTable.MAPPED);
    load(LBU, Machine.CONSTANTS, 5);
    assertFault(Machine.CONSTANTS + 5, AccessKind.LOAD, true);
  }

  @Test
  void loadToRegisterZeroStillFaults() {
    m.words(Assembler.immediate(LW, 0, 0, 16)).run();
    assertFault(16, AccessKind.LOAD, false);
  }

  @Test
  void floatingPointLoadsAndStoresKeepBits() {
    Memory.storeLong(m.window, Machine.DATA, PATTERN);
    m.words(
        Assembler.immediate(FLD, 1, A1, 0),
        Assembler.immediate(FLW, 2, A1, 4),
        Assembler.store(FSD, 1, A1, 16),
        Assembler.store(FSW, 1, A1, 24));
    m.hart.x11 = Machine.DATA;
    m.run();
    assertEquals(PATTERN, m.hart.f1);
    assertEquals(0xffff_ffff_8877_6655L, m.hart.f2);
    assertEquals(PATTERN, Memory.loadLong(m.window, Machine.DATA + 16));
    assertEquals(0xc433_a291L, Memory.loadLong(m.window, Machine.DATA + 24));
  }
}
