package org.capvm.testsuite.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A capability whose bits are written by other means than a capability store has no tag. */
class ForgeryTest {
  private static final long GRANULE = 0x4_0000;
  private static final Capability SECRET = Capability.ROOT.withAddress(0x5_4321).withLength(0x100);

  private static final int PLACE = 10;
  private static final int LOW = 11;
  private static final int HIGH = 12;
  private static final int COPY = 13;
  private static final int RESULT = 14;

  /** Runs an attack on a granule that holds a capability, and on one that holds its bits. */
  private static void attack(Engine engine, Words words, boolean tagged) {
    Machine machine = new Machine(false);
    machine.window.tags().store(GRANULE, SECRET);
    Machine.Code code = machine.place(words.i(Opcode.LC, RESULT, PLACE, 0).end().list(), engine);
    Hart h = machine.hart(code, Capability.ROOT);
    h.x10 = GRANULE;
    h.x11 = SECRET.address();
    h.x12 = SECRET.metadataWord();
    h.x13 = GRANULE + 0x100;
    h.f(LOW, SECRET.address());
    h.f(HIGH, SECRET.metadataWord());
    assertInstanceOf(Trap.Breakpoint.class, Machine.run(code, h));
    Capability result = h.capabilities.get(RESULT);
    assertEquals(tagged, result.isTagged());
    assertEquals(SECRET.untagged(), result.untagged(), "the bits are those of the capability");
  }

  private static void forges(Engine engine, Words words) {
    attack(engine, words, false);
  }

  private static Words bytes(Opcode load, Opcode store, int width) {
    Words copy = new Words();
    for (int n = 0; n < Capability.SIZE; n += width) {
      copy.i(load, 5, PLACE, n).s(store, 5, PLACE, n);
    }
    return copy;
  }

  @ParameterizedTest
  @EnumSource
  void storesOfEveryWidth(Engine engine) {
    forges(engine, bytes(Opcode.LBU, Opcode.SB, 1));
    forges(engine, bytes(Opcode.LHU, Opcode.SH, 2));
    forges(engine, bytes(Opcode.LWU, Opcode.SW, 4));
    forges(engine, bytes(Opcode.LD, Opcode.SD, 8));
    forges(engine, new Words().s(Opcode.SD, LOW, PLACE, 0));
    forges(engine, new Words().s(Opcode.SD, HIGH, PLACE, 8));
    forges(engine, new Words().s(Opcode.FSD, LOW, PLACE, 0).s(Opcode.FSD, HIGH, PLACE, 8));
    forges(engine, new Words().s(Opcode.FSW, LOW, PLACE, 0));
    forges(engine, new Words().r(Opcode.SD_DDC, 0, PLACE, LOW).s(Opcode.SD, HIGH, PLACE, 8));
    // One byte of each end.
    forges(engine, new Words().i(Opcode.LBU, 5, PLACE, 15).s(Opcode.SB, 5, PLACE, 15));
    forges(engine, new Words().i(Opcode.LBU, 5, PLACE, 0).s(Opcode.SB, 5, PLACE, 0));
  }

  @ParameterizedTest
  @EnumSource
  void overlappingStores(Engine engine) {
    for (int offset : new int[] {-7, -1, 1, 7, 9, 12, 15}) {
      forges(engine, new Words().i(Opcode.LD, 5, PLACE, offset).s(Opcode.SD, 5, PLACE, offset));
    }
    forges(engine, new Words().i(Opcode.LWU, 5, PLACE, -3).s(Opcode.SW, 5, PLACE, -3));
    forges(engine, new Words().i(Opcode.LHU, 5, PLACE, 15).s(Opcode.SH, 5, PLACE, 15));
  }

  @ParameterizedTest
  @EnumSource
  void atomics(Engine engine) {
    forges(engine, new Words().r(Opcode.AMOSWAP_D, 5, PLACE, LOW));
    forges(engine, new Words().r(Opcode.AMOADD_D, 5, PLACE, 0));
    forges(engine, new Words().r(Opcode.AMOOR_W, 5, PLACE, 0));
    forges(engine, new Words().unary(Opcode.LR_D, 5, PLACE).r(Opcode.SC_D, 6, PLACE, 5));
    forges(engine, new Words().unary(Opcode.LR_W, 5, PLACE).r(Opcode.SC_W, 6, PLACE, 5));
  }

  /** A store-conditional without its reservation writes nothing and clears nothing. */
  @ParameterizedTest
  @EnumSource
  void failingStoreConditionals(Engine engine) {
    attack(engine, new Words().r(Opcode.SC_D, 6, PLACE, 0), true);
    attack(engine, new Words().unary(Opcode.LR_D, 5, COPY).r(Opcode.SC_D, 6, PLACE, 0), true);
  }

  /** Overwrites it and writes the old bits back, or stores it untagged. */
  @ParameterizedTest
  @EnumSource
  void resurrection(Engine engine) {
    forges(engine, new Words().s(Opcode.SB, 0, PLACE, 3).s(Opcode.SD, LOW, PLACE, 0));
    forges(
        engine,
        new Words()
            .i(Opcode.LC, 5, PLACE, 0)
            .s(Opcode.SD, 0, PLACE, 8)
            .s(Opcode.SD, HIGH, PLACE, 8));
    forges(
        engine,
        new Words()
            .i(Opcode.LC, 5, PLACE, 0)
            .unary(Opcode.CCLEARTAG, 5, 5)
            .s(Opcode.SC, 5, PLACE, 0));
  }

  /** Copies by integers make no capability; copies by capability loads and stores do. */
  @ParameterizedTest
  @EnumSource
  void copies(Engine engine) {
    forges(
        engine,
        new Words()
            .i(Opcode.LD, 5, PLACE, 0)
            .i(Opcode.LD, 6, PLACE, 8)
            .s(Opcode.SD, 5, COPY, 0)
            .s(Opcode.SD, 6, COPY, 8)
            .i(Opcode.LC, 5, COPY, 0)
            .s(Opcode.SC, 5, PLACE, 0));
    attack(
        engine,
        new Words()
            .i(Opcode.LC, 5, PLACE, 0)
            .s(Opcode.SC, 5, COPY, 0)
            .s(Opcode.SC, 0, PLACE, 0)
            .i(Opcode.LC, 6, COPY, 0)
            .s(Opcode.SC, 6, PLACE, 0),
        true);
  }

  @Test
  void kernelWritesAndRecycledPages() {
    Machine machine = new Machine(false);
    long[] words = {SECRET.address(), SECRET.metadataWord()};
    machine.window.tags().store(GRANULE, SECRET);
    machine.window.write(GRANULE, MemorySegment.ofArray(words));
    assertEquals(SECRET.untagged(), machine.window.tags().load(GRANULE));
    machine.window.tags().store(GRANULE, SECRET);
    machine.window.discard(GRANULE, 4096);
    assertEquals(Capability.NULL, machine.window.tags().load(GRANULE));
    machine.window.write(GRANULE, MemorySegment.ofArray(words));
    assertEquals(SECRET.untagged(), machine.window.tags().load(GRANULE));
  }
}
