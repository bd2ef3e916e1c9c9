package org.capvm.testsuite.rvfi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capvm.intravisor.rvfi.InjectionException;
import org.capvm.runtime.isa.Family;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.isa.Operand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RVFI-DII over a real socket. */
class RvfiDiiTest {
  private static final long RAM = 0x8000_0000L;
  private static final int VERSIONS = 0x5645_5253; // "VERS"
  private static final int END = 0;
  private static final int INSTRUCTION = 1;
  private static final int SET_VERSION = 'v';

  // Offsets in a trace of version 1.
  private static final int ORDER = 0;
  private static final int PC = 8;
  private static final int NEXT_PC = 16;
  private static final int BITS = 24;
  private static final int RD_VALUE = 48;
  private static final int ADDRESS = 56;
  private static final int READ = 64;
  private static final int WRITTEN = 72;
  private static final int READ_MASK = 80;
  private static final int WRITE_MASK = 81;
  private static final int RS1 = 82;
  private static final int RD = 84;
  private static final int TRAP = 85;
  private static final int HALT = 86;
  private static final int INTR = 87;

  private static final int STREAMS = 16;
  private static final int LENGTH = 120;

  private static final int ONE = 0x0010_0513; // addi a0, zero, 1
  private static final int TO_RAM = 0x01f5_1513; // slli a0, a0, 31
  private static final int STORE = 0x00a5_3423; // sd a0, 8(a0)
  private static final int LOAD = 0x00c5_2583; // lw a1, 12(a0)
  private static final int COMPRESSED = 0x4505; // c.li a0, 1

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void instructionsAreTraced(boolean translates) throws Exception {
    try (TestEngine engine = new TestEngine(translates)) {
      ByteBuffer one = engine.inject(ONE);
      assertEquals(1, one.getLong(ORDER));
      assertEquals(RAM, one.getLong(PC));
      assertEquals(RAM + 4, one.getLong(NEXT_PC));
      assertEquals(ONE, one.getLong(BITS));
      assertEquals(10, one.get(RD));
      assertEquals(1, one.getLong(RD_VALUE));
      assertEquals(RAM, engine.inject(TO_RAM).getLong(RD_VALUE));
      ByteBuffer store = engine.inject(STORE);
      assertEquals(10, store.get(RS1));
      assertEquals(0, store.get(RD));
      assertEquals(RAM + 8, store.getLong(ADDRESS));
      assertEquals(RAM, store.getLong(WRITTEN));
      assertEquals((byte) 0xff, store.get(WRITE_MASK));
      assertEquals(0, store.get(READ_MASK));
      ByteBuffer load = engine.inject(LOAD);
      assertEquals(RAM + 12, load.getLong(ADDRESS));
      assertEquals(0x0f, load.get(READ_MASK));
      assertEquals(0, load.get(WRITE_MASK));
      assertEquals(0, load.getLong(READ));
      ByteBuffer compressed = engine.inject(COMPRESSED | 0xabcd_0000);
      assertEquals(COMPRESSED, compressed.getLong(BITS));
      assertEquals(compressed.getLong(PC) + 2, compressed.getLong(NEXT_PC));
      // A trap goes to 0, where the next instruction is the first of the handler.
      ByteBuffer trap = engine.inject(0);
      assertEquals(1, trap.get(TRAP));
      assertEquals(0, trap.getLong(NEXT_PC));
      ByteBuffer handler = engine.inject(ONE);
      assertEquals(1, handler.get(INTR));
      assertEquals(0, handler.getLong(PC));
      assertEquals(0, engine.inject(ONE).get(INTR));
      // Afterwards all is as it was at first: the pc, memory, registers, the count.
      engine.send(0, END);
      ByteBuffer halt = engine.receive(TestEngine.VERSION_1_SIZE);
      assertEquals(1, halt.get(HALT));
      assertEquals(one, engine.inject(ONE));
      engine.inject(TO_RAM);
      assertEquals(0, engine.inject(0x0085_3583).getLong(RD_VALUE)); // ld a1, 8(a0)
    }
  }

  @Test
  void versionsAreNegotiated() throws Exception {
    try (TestEngine engine = new TestEngine(true)) {
      engine.send(VERSIONS, END);
      assertEquals(3, engine.receive(TestEngine.VERSION_1_SIZE).get(HALT));
      engine.send(2, SET_VERSION);
      ByteBuffer chosen = engine.receive(16);
      assertEquals("version=", TestEngine.text(chosen, 0));
      assertEquals(2, chosen.getLong(8));
      engine.send(ONE, INSTRUCTION);
      ByteBuffer one = engine.receiveVersion2();
      assertEquals(64 + 40, one.getLong(8));
      assertEquals(1, one.getLong(16)); // order
      assertEquals(ONE, one.getLong(24));
      assertEquals(RAM, one.getLong(40));
      assertEquals(RAM + 4, one.getLong(48));
      assertEquals(1, one.getLong(56)); // integers follow
      assertEquals("int-data", TestEngine.text(one, 64));
      assertEquals(1, one.getLong(72));
      assertEquals(10, one.get(96));
      engine.send(TO_RAM, INSTRUCTION);
      engine.receiveVersion2();
      // A capability takes 16 bytes of the memory data.
      engine.send(Opcode.SC.match() | 10 << 15 | 10 << 20, INSTRUCTION);
      ByteBuffer store = engine.receiveVersion2();
      assertEquals(64 + 40 + 88, store.getLong(8));
      assertEquals(3, store.getLong(56));
      assertEquals("mem-data", TestEngine.text(store, 104));
      assertEquals(RAM, store.getLong(144));
      assertEquals(0, store.getInt(176));
      assertEquals(0xffff, store.getInt(180));
      assertEquals(RAM, store.getLong(184));
      engine.send(0, END);
      ByteBuffer halt = engine.receiveVersion2();
      assertEquals(1, halt.get(33));
      assertEquals(64, halt.getLong(8));
      engine.send(1, SET_VERSION);
      assertEquals(1, engine.receive(16).getLong(8));
      assertEquals(1, engine.inject(ONE).getLong(ORDER));
      engine.hangUp();
      assertTrue(engine.isClosed());
      assertNull(engine.end());
    }
  }

  /** Capabilities through DDC, integers that lead to RAM, and then anything. */
  private static List<Integer> stream(Random random) {
    List<Integer> words = new ArrayList<>(List.of(ONE, TO_RAM));
    words.add(Opcode.CSPECIALRW.match() | 11 << 7 | 1 << 20);
    words.add(Opcode.CSETADDR.match() | 12 << 7 | 11 << 15 | 10 << 20);
    List<Opcode> opcodes =
        List.of(Opcode.values()).stream().filter(o -> o.family() != Family.ILLEGAL).toList();
    while (words.size() < LENGTH) {
      Opcode opcode = opcodes.get(random.nextInt(opcodes.size()));
      int word = opcode.match() | random.nextInt() & ~opcode.mask();
      int rd = (word >> 7 & 31) % 8 + 1;
      boolean toMemory =
          opcode.format().has(Operand.ADDRESS)
              || opcode.format().has(Operand.BASE)
              || opcode.format().has(Operand.CAPABILITY_BASE);
      if (toMemory && random.nextInt(8) != 0) {
        word = word & ~(31 << 15) | (random.nextBoolean() ? 10 : 12) << 15;
        // Offsets of less than 1024, and few that are misaligned.
        word &= random.nextInt(8) == 0 ? -1 : ~(0xc0f0_0000 & ~opcode.mask());
      }
      if (opcode.format().has(Operand.RD) || opcode.format().has(Operand.CD)) {
        word = word & ~(31 << 7) | rd << 7;
      }
      words.add(word);
      if (random.nextInt(10) == 0) {
        words.add(0x4000 | random.nextInt() & 0x1fff); // a compressed one
      }
    }
    return words;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void enginesAgree(int version) throws Exception {
    int trapped = 0;
    int accessed = 0;
    int count = 0;
    try (TestEngine interpreter = new TestEngine(false);
        TestEngine translated = new TestEngine(true)) {
      for (TestEngine engine : List.of(interpreter, translated)) {
        engine.send(version, SET_VERSION);
        engine.receive(16);
      }
      for (int seed = 0; seed < STREAMS; seed++) {
        for (int word : stream(new Random(seed))) {
          ByteBuffer expected = inject(interpreter, version, word);
          ByteBuffer got = inject(translated, version, word);
          assertEquals(expected, got, "seed " + seed + ", " + Integer.toHexString(word));
          trapped += expected.get(version == 1 ? TRAP : 32);
          accessed += version == 1 ? expected.get(WRITE_MASK) & 1 : expected.limit() > 104 ? 1 : 0;
          count++;
        }
        for (TestEngine engine : List.of(interpreter, translated)) {
          engine.send(0, END);
          assertEquals(
              1,
              version == 1
                  ? engine.receive(TestEngine.VERSION_1_SIZE).get(HALT)
                  : engine.receiveVersion2().get(33));
        }
      }
    }
    assertTrue(
        trapped < count / 2 && accessed > count / 50, trapped + " " + accessed + " " + count);
  }

  private static ByteBuffer inject(TestEngine engine, int version, int word) throws Exception {
    engine.send(word, INSTRUCTION);
    return version == 1 ? engine.receive(TestEngine.VERSION_1_SIZE) : engine.receiveVersion2();
  }

  private static void assertRefused(TestEngine engine, String message) throws Exception {
    assertTrue(engine.isClosed());
    InjectionException refused = assertInstanceOf(InjectionException.class, engine.end());
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
    engine.close();
  }

  @Test
  void malformedPacketsEndTheConnection() throws Exception {
    TestEngine engine = new TestEngine(true);
    engine.send(ONE, 2);
    assertRefused(engine, "the command 2");
    engine = new TestEngine(true);
    engine.send(3, SET_VERSION);
    assertRefused(engine, "version 3");
    engine = new TestEngine(true);
    engine.send(-1, SET_VERSION);
    assertRefused(engine, "version 4294967295");
    engine = new TestEngine(true);
    engine.sendBytes(new byte[] {1, 2, 3, 4, 5});
    engine.hangUp();
    assertRefused(engine, "after 5 of the 8 bytes");
  }
}
