package org.capvm.runtime.interpreter;

import static org.capvm.runtime.interpreter.Machine.A0;
import static org.capvm.runtime.interpreter.Machine.A1;
import static org.capvm.runtime.interpreter.Machine.A2;
import static org.capvm.runtime.interpreter.Machine.CODE;
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

/** Branches, jumps and instruction fetch. */
class ControlTransferTest {
  private static final int NOP = ADDI.match();
  private final Machine m = new Machine();

  @AfterEach
  void close() {
    m.close();
  }

  /** Whether the branch over one instruction is taken. */
  private static boolean taken(Opcode opcode, long a, long b) {
    try (Machine m = new Machine()) {
      m.words(Assembler.branch(opcode, A1, A2, 8), Assembler.immediate(ADDI, A0, 0, 1));
      m.hart.x11 = a;
      m.hart.x12 = b;
      return m.run().x10 == 0;
    }
  }

  @Test
  void branchesCompareSignedOrUnsigned() {
    assertEquals(true, taken(BEQ, 5, 5));
    assertEquals(false, taken(BEQ, 5, 6));
    assertEquals(true, taken(BNE, 5, 6));
    assertEquals(false, taken(BNE, 5, 5));
    assertEquals(true, taken(BLT, -1, 0));
    assertEquals(false, taken(BLTU, -1, 0));
    assertEquals(false, taken(BLT, 3, 3));
    assertEquals(true, taken(BGE, 3, 3));
    assertEquals(false, taken(BGE, -1, 0));
    assertEquals(true, taken(BGEU, -1, 0));
    assertEquals(true, taken(BLTU, 0, -1));
  }

  @Test
  void backwardBranchLoops() {
    // a0 = sum of 10 down to 1
    m.words(
        Assembler.immediate(ADDI, A1, 0, 10),
        Assembler.register(ADD, A0, A0, A1),
        Assembler.immediate(ADDI, A1, A1, -1),
        Assembler.branch(BNE, A1, 0, -8));
    assertEquals(55, m.run().x10);
    assertEquals(31, m.hart.instructionsRetired);
  }

  @Test
  void jumpLinksTheNextInstruction() {
    m.words(Assembler.jump(A0, 8), NOP).run();
    assertEquals(CODE + 4, m.hart.x10);
    assertEquals(CODE + 8, m.trapAddresses.getLast());
  }

  @Test
  void indirectJumpReadsItsBaseBeforeItLinksAndClearsTheLowBit() {
    m.words(Assembler.immediate(JALR, A0, A0, 9), NOP, NOP);
    m.hart.x10 = CODE + 4;
    m.run();
    assertEquals(CODE + 4, m.hart.x10);
    assertEquals(CODE + 12, m.trapAddresses.getLast());
  }

  @Test
  void compressedIndirectJumpLinksTwoBytesOn() {
    // c.jalr a0
    m.halfWords(0x9502, 0x0001);
    m.hart.x10 = CODE + 4;
    m.run();
    assertEquals(CODE + 2, m.hart.x1);
  }

  @Test
  void branchesAndJumpsCrossPages() {
    m.words(Assembler.jump(0, Window.PAGE + 4));
    m.at(CODE + Window.PAGE + 4).words(Assembler.branch(BEQ, 0, 0, -8));
    m.at(CODE + Window.PAGE - 4).words(NOP, Assembler.branch(BEQ, 0, 0, 16));
    m.at(CODE + Window.PAGE + 16).words(Assembler.immediate(ADDI, A0, 0, 7)).run();
    assertEquals(7, m.hart.x10);
    assertEquals(CODE + Window.PAGE + 20, m.trapAddresses.getLast());
  }

  @Test
  void instructionMayStraddleTwoPages() {
    m.hart.pc = CODE + Window.PAGE - 2;
    m.at(m.hart.pc).words(Assembler.immediate(ADDI, A0, 0, 42)).run();
    assertEquals(42, m.hart.x10);
    assertEquals(CODE + Window.PAGE + 2, m.trapAddresses.getLast());
  }

  private void assertFetchFault(long pc, long address, boolean mapped) {
    MemoryFault fault = assertInstanceOf(Trap.Memory.class, m.lastTrap()).fault();
    assertEquals(AccessKind.FETCH, fault.kind());
    assertEquals(address, fault.address());
    assertEquals(mapped, fault.mapped());
    assertEquals(pc, m.trapAddresses.getLast());
  }

  @Test
  void straddlingInstructionFaultsInTheSecondPage() {
    long last = CODE + 3L * Window.PAGE - 2;
    m.hart.pc = last;
    Memory.storeShort(m.window, last, (short) NOP);
    m.code.interpreter().run(m.hart);
    assertFetchFault(last, last + 2, false);
  }

  @Test
  void compressedInstructionAtTheEndOfThePageExecutes() {
    long last = CODE + 3L * Window.PAGE - 2;
    m.hart.pc = last;
    m.at(last).halfWords(0x4505); // c.li a0,1
    m.code.interpreter().run(m.hart);
    assertEquals(1, m.hart.x10);
    assertFetchFault(last + 2, last + 2, false);
  }

  @Test
  void jumpToAPageWithoutExecutionFaultsThere() {
    m.words(Assembler.immediate(JALR, A1, A0, 0));
    m.hart.x10 = Machine.DATA + 6;
    m.run();
    assertFetchFault(Machine.DATA + 6, Machine.DATA + 6, true);
    assertEquals(CODE + 4, m.hart.x11);
  }

  @Test
  void jumpToAWildAddressFaultsThere() {
    for (long wild : new long[] {0, 0x100, -2, Long.MIN_VALUE, m.window.size(), 1L << 40}) {
      m.hart.pc = CODE;
      m.at(CODE).words(Assembler.immediate(JALR, A1, A0, 0));
      m.hart.x10 = wild;
      m.run();
      assertFetchFault(wild, wild, false);
    }
  }

  @Test
  void decodedInstructionsLastUntilInvalidated() {
    m.words(Assembler.immediate(ADDI, A0, 0, 1)).run();
    assertEquals(1, m.hart.x10);
    m.at(CODE).words(Assembler.immediate(ADDI, A0, 0, 2));
    m.code.invalidate(CODE + 2, CODE + 4);
    m.hart.pc = CODE;
    m.code.interpreter().run(m.hart);
    assertEquals(2, m.hart.x10);
  }

  @Test
  void pageThatLosesExecutionFaultsOnceInvalidated() {
    m.run();
    m.window.pages().set(CODE, Window.PAGE, PageTable.MAPPED | PageTable.READ);
    m.code.invalidate(CODE, CODE + Window.PAGE);
    m.hart.pc = CODE;
    m.code.interpreter().run(m.hart);
    assertFetchFault(CODE, CODE, true);
  }

  @Test
  void storesToCodeAreSeenAfterInstructionFence() {
    m.window.pages().set(CODE, Window.PAGE, PageTable.MAPPED | 7);
    // The second round executes what the first stored over the addi.
    int patched = CODE_PATCH;
    m.words(
        Assembler.immediate(ADDI, A0, A0, 1),
        Assembler.store(SW, A2, A1, 0),
        FENCE_I.match(),
        Assembler.immediate(ADDI, 5, 5, -1),
        Assembler.branch(BNE, 5, 0, -16));
    m.hart.x5 = 2;
    m.hart.x11 = CODE;
    m.hart.x12 = patched;
    assertEquals(1 + 100, m.run().x10);
    assertEquals(2, m.instructionFences);
  }

  private static final int CODE_PATCH = Assembler.immediate(ADDI, A0, A0, 100);
}
