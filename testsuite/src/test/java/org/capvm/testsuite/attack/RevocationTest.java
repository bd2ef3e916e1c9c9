package org.capvm.testsuite.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Uses of a shared buffer while it is taken away. A round grants it to a hart, which uses it in a
 * loop; somewhere in between it is revoked, and what is written to it after {@code revoke} has
 * returned is a secret that must never be seen; no store may change it either. {@code
 * -Dcapvm.revocations=N} takes N rounds.
 */
class RevocationTest {
  private static final int ROUNDS = SuiteSize.number("capvm.revocations", 1_000, 10_000, 100_000);

  /** In every so many rounds the revocation waits for the hart, which may have been descheduled. */
  private static final int MEETING = 100;

  /** Rounds behind the others, each of which lets the guest run up to twice as long as the last. */
  private static final int LONGER_ROUNDS = 10;

  private static final int SIZE = 4096;
  private static final int WORDS = SIZE / Long.BYTES;
  private static final long PUBLIC = 1;
  private static final long SECRET = 2;

  /** In the cVM's own memory: where a capability lies, and where a copy goes. */
  private static final long SLOT = 0x4_0000;

  private static final long COPY = 0x5_0000;

  private static final int FILE = 10;
  private static final int VALUE = 11;
  private static final int LOADED = 12;
  private static final int SEEN = 13;
  private static final int OWN = 14;
  private static final int INDEX = 15;
  private static final int FROM = 16;
  private static final int TO = 17;
  private static final int COUNTER = 21;

  private final IpcNamespace names = new IpcNamespace();
  private final Participant owner = new Participant("owner", null);

  @AfterEach
  void close() {
    names.close();
  }

  private static long allOf(MemorySegment words) {
    long all = 0;
    for (int i = 0; i < WORDS; i++) {
      all |= words.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return all;
  }

  /** A grant that was given out. */
  private record Round(int number, Capability granted) {}

  /** What two threads tell each other. */
  private static final class Rounds {
    private volatile Round current = new Round(0, Capability.NULL);
    private volatile int begun;
    private volatile boolean interrupted;
    private volatile Throwable failure;

    private void awaitBegin(int round) {
      while (begun < round && failure == null) {
        Thread.yield();
      }
    }
  }

  /** Code whose accesses are at c10 in capability mode. */
  private static Words use(String name) {
    Words w = new Words();
    return switch (name) {
      case "load" -> w.i(Opcode.LD, VALUE, FILE, 8).r(Opcode.OR, SEEN, SEEN, VALUE);
      case "store" -> w.s(Opcode.SD, VALUE, FILE, 8);
      case "byte store" -> w.s(Opcode.SB, VALUE, FILE, 7);
      case "capability store" -> w.s(Opcode.SC, VALUE, FILE, 16);
      case "capability load" -> w.i(Opcode.LC, VALUE, FILE, 16).r(Opcode.OR, SEEN, SEEN, VALUE);
      case "from memory" ->
          w.i(Opcode.LC, FROM, OWN, 0).i(Opcode.LD, VALUE, FROM, 0).r(Opcode.OR, SEEN, SEEN, VALUE);
      case "atomic" -> w.r(Opcode.AMOOR_D, LOADED, FILE, VALUE).r(Opcode.OR, SEEN, SEEN, LOADED);
      case "conditional" ->
          w.unary(Opcode.LR_D, LOADED, FILE)
              .r(Opcode.SC_D, 5, FILE, VALUE)
              .r(Opcode.OR, SEEN, SEEN, LOADED);
      case "copy" ->
          // All words of the buffer, round and round.
          w.i(Opcode.ADDI, INDEX, INDEX, 8)
              .i(Opcode.SLLI, INDEX, INDEX, 52)
              .i(Opcode.SRLI, INDEX, INDEX, 52)
              .r(Opcode.CINCOFFSET, FROM, FILE, INDEX)
              .r(Opcode.CINCOFFSET, TO, OWN, INDEX)
              .i(Opcode.LD, VALUE, FROM, 0)
              .s(Opcode.SD, VALUE, TO, 0);
      case "walking load" ->
          walk(w).i(Opcode.LD, VALUE, FROM, 0).r(Opcode.OR, SEEN, SEEN, VALUE).again(INDEX, 3);
      case "walking store" -> walk(w).s(Opcode.SD, VALUE, FROM, 0).again(INDEX, 2);
      case "walking copy" ->
          walk(w)
              .i(Opcode.LD, VALUE, FROM, 0)
              .s(Opcode.SD, VALUE, TO, 0)
              .i(Opcode.CINCOFFSETIMM, TO, TO, Long.BYTES)
              .again(INDEX, 4);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * A loop over all words of the buffer, for which authority is asked once in many iterations. It
   * begins with the move of its pointer, to the second word at first.
   */
  private static Words walk(Words w) {
    return w.i(Opcode.ADDI, INDEX, 0, WORDS - 1)
        .unary(Opcode.CMOVE, FROM, FILE)
        .unary(Opcode.CMOVE, TO, OWN)
        .i(Opcode.CINCOFFSETIMM, FROM, FROM, Long.BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    "load, INTERPRETED",
    "load, TRANSLATED",
    "store, INTERPRETED",
    "store, TRANSLATED",
    "byte store, TRANSLATED",
    "capability load, TRANSLATED",
    "capability store, TRANSLATED",
    "from memory, INTERPRETED",
    "from memory, TRANSLATED",
    "atomic, INTERPRETED",
    "atomic, TRANSLATED",
    "conditional, INTERPRETED",
    "conditional, TRANSLATED",
    "copy, INTERPRETED",
    "copy, TRANSLATED",
    "walking load, INTERPRETED",
    "walking load, TRANSLATED",
    "walking store, INTERPRETED",
    "walking store, TRANSLATED",
    "walking copy, TRANSLATED",
  })
  void racing(String name, Engine engine) throws Exception {
    // Each round has a page, as no range is given out twice.
    Machine machine = new Machine(true, (long) (ROUNDS + LONGER_ROUNDS + 1) * SIZE);
    CpFile file = names.publish("buffer", owner, AccessList.OPEN, SIZE);
    MemorySegment contents = file.view(true).segment();
    Machine.Code code = machine.place(use(name).loop(COUNTER).list(), engine);
    Hart h = machine.hart(code, Capability.ROOT);
    Rounds rounds = new Rounds();
    long own = name.endsWith("copy") ? COPY : SLOT;
    Thread guest = Thread.ofPlatform().daemon().start(() -> guest(code, h, own, rounds));
    Random random = new Random(name.hashCode());
    for (int n = 1; rounds.failure == null && goesOn(n, rounds); n++) {
      fill(contents, PUBLIC);
      Participant user = new Participant("user" + n, machine.window);
      rounds.current = new Round(n, file.open(user, true).capability());
      if (n % MEETING == 0 || n > ROUNDS) {
        rounds.awaitBegin(n);
      }
      for (int spin = random.nextInt(2000) << Math.max(0, n - ROUNDS); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      file.revoke(user.name());
      fill(contents, SECRET);
      for (int i = 0; i < WORDS; i++) {
        assertEquals(SECRET, contents.getAtIndex(ValueLayout.JAVA_LONG, i), "a store was seen");
      }
    }
    rounds.current = null;
    guest.join();
    assertNull(rounds.failure);
    assertTrue(rounds.interrupted, "no revocation met a running loop");
    machine.window.close();
  }

  /** Where no revocation met a running loop, a few more rounds wait longer and longer for that. */
  private static boolean goesOn(int n, Rounds rounds) {
    return n <= ROUNDS || !rounds.interrupted && n <= ROUNDS + LONGER_ROUNDS;
  }

  private static void fill(MemorySegment contents, long value) {
    for (int i = 0; i < WORDS; i++) {
      contents.setAtIndex(ValueLayout.JAVA_LONG, i, value);
    }
  }

  /** Uses the newest grant until it traps, again and again. */
  private static void guest(Machine.Code code, Hart h, long own, Rounds rounds) {
    try {
      for (Round round = rounds.current; round != null; round = rounds.current) {
        prepare(h, code, round.granted(), own);
        rounds.begun = round.number();
        Trap trap = Machine.run(code, h);
        assertTrue(round.number() == 0 || trap instanceof Trap.Memory, () -> "ends by " + trap);
        assertEquals(0, h.x(SEEN) & SECRET, "a load of round " + round.number());
        assertEquals(0, allOf(h.window.segment(COPY, SIZE)) & SECRET, "a copy");
        if (h.x(COUNTER) != Long.MAX_VALUE) {
          rounds.interrupted = true;
        }
      }
    } catch (AssertionError | RuntimeException e) {
      rounds.failure = e;
    }
  }

  private static void prepare(Hart h, Machine.Code code, Capability granted, long own) {
    h.pc = code.entry();
    h.window.tags().store(SLOT, granted);
    h.capabilities.set(FILE, granted);
    h.capabilities.setInteger(VALUE, PUBLIC);
    h.capabilities.setInteger(SEEN, 0);
    h.capabilities.setInteger(INDEX, 0);
    h.capabilities.set(OWN, Capability.ROOT.withLength(Machine.SIZE).withAddress(own));
    h.capabilities.setInteger(COUNTER, Long.MAX_VALUE);
  }
}
