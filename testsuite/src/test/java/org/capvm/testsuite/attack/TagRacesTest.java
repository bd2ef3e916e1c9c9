package org.capvm.testsuite.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Opcode;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Harts on threads of their own race on one granule. A tagged result is always one of the
 * capabilities that were stored there, and no result is untagged where no integer store takes part.
 * {@code -Dcapvm.races.rounds=N} takes N rounds instead of 10^6, or 10^7 in the nightly run.
 */
class TagRacesTest {
  private static final int ROUNDS =
      SuiteSize.number("capvm.races.rounds", 200_000, 1_000_000, 10_000_000);

  /** The interpreter takes this many times longer for a round. */
  private static final int SLOWER = 20;

  private static final long GRANULE = 0x4_0000;
  private static final Capability ALL = Capability.ROOT;
  private static final Capability A = ALL.withAddress(0x1_2340).withLength(16);
  private static final Capability B = ALL.withAddress(0x4567_8000).withLength(0x12_0000);

  // Registers: the granule, what is stored, what was loaded, the two capabilities, counts.
  private static final int PLACE = 10;
  private static final int VALUE = 11;
  private static final int LOADED = 12;
  private static final int FIRST = 13;
  private static final int SECOND = 14;
  private static final int FORGED = 18;
  private static final int UNTAGGED = 19;
  private static final int RETURNED = 20;
  private static final int COUNTER = 21;

  private final Machine machine = new Machine(false);
  private final List<Runner> runners = new ArrayList<>();

  /** A hart that goes round a loop. */
  private record Runner(Machine.Code code, Hart hart) {
    Trap run() {
      return Machine.run(code, hart);
    }
  }

  private Runner runner(Engine engine, Words body, Consumer<Hart> prepare) {
    Machine.Code code = machine.place(body.loop(COUNTER).list(), engine);
    Hart h = machine.hart(code, ALL);
    h.x10 = GRANULE;
    h.x21 = engine == Engine.INTERPRETED ? ROUNDS / SLOWER : ROUNDS;
    prepare.accept(h);
    Runner runner = new Runner(code, h);
    runners.add(runner);
    return runner;
  }

  private void stores(Engine engine, Capability c) {
    runner(engine, new Words().s(Opcode.SC, VALUE, PLACE, 0), h -> h.capabilities.set(VALUE, c));
  }

  /**
   * Counts results that are tagged and neither A nor B, untagged ones, and tagged ones behind an
   * untagged one.
   */
  private Runner loads(Engine engine) {
    Words body =
        new Words()
            .i(Opcode.LC, LOADED, PLACE, 0)
            .r(Opcode.CSETEQUALEXACT, 5, LOADED, FIRST)
            .r(Opcode.CSETEQUALEXACT, 6, LOADED, SECOND)
            .r(Opcode.OR, 5, 5, 6)
            .unary(Opcode.CGETTAG, 6, LOADED)
            .i(Opcode.XORI, 7, 5, 1)
            .r(Opcode.AND, 7, 7, 6)
            .r(Opcode.ADD, FORGED, FORGED, 7)
            .r(Opcode.SLTU, 7, 0, UNTAGGED)
            .r(Opcode.AND, 7, 7, 6)
            .r(Opcode.ADD, RETURNED, RETURNED, 7)
            .i(Opcode.XORI, 6, 6, 1)
            .r(Opcode.ADD, UNTAGGED, UNTAGGED, 6);
    return runner(
        engine,
        body,
        h -> {
          h.capabilities.set(FIRST, A);
          h.capabilities.set(SECOND, B);
        });
  }

  private void race() throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(runners.size())) {
      List<Future<Trap>> ends = threads.invokeAll(runners.stream().map(this::task).toList());
      for (Future<Trap> end : ends) {
        assertInstanceOf(Trap.Breakpoint.class, end.get());
      }
    }
  }

  private Callable<Trap> task(Runner runner) {
    return runner::run;
  }

  /** What is stored when all is quiet is there, and an integer store clears it. */
  private void assertSettled() {
    machine.window.tags().store(GRANULE, A);
    assertEquals(A, machine.window.tags().load(GRANULE));
    machine.window.tags().clear(GRANULE, 1);
    assertTrue(!machine.window.tags().isTagged(GRANULE));
  }

  private static void assertNoneForged(Runner reader) {
    assertEquals(0, reader.hart.x18, "forged capabilities");
  }

  @ParameterizedTest
  @EnumSource
  void twoCapabilities(Engine engine) throws Exception {
    machine.window.tags().store(GRANULE, A);
    stores(engine, A);
    stores(engine, B);
    List<Runner> readers = List.of(loads(engine), loads(engine));
    race();
    for (Runner reader : readers) {
      assertNoneForged(reader);
      assertEquals(0, reader.hart.x19, "lost tags");
    }
    assertSettled();
  }

  @ParameterizedTest
  @EnumSource
  void swapsAndConditionalStores(Engine engine) throws Exception {
    machine.window.tags().store(GRANULE, A);
    runner(
        engine,
        new Words().r(Opcode.AMOSWAP_C, VALUE, PLACE, VALUE),
        h -> h.capabilities.set(VALUE, B));
    runner(
        engine,
        new Words().unary(Opcode.LR_C, VALUE, PLACE).r(Opcode.SC_C, 5, PLACE, VALUE),
        h -> {});
    Runner reader = loads(engine);
    race();
    assertNoneForged(reader);
    assertEquals(0, reader.hart.x19, "lost tags");
    assertSettled();
  }

  private interface Attack {
    Words add(Words body);
  }

  /** Integer stores of all widths, of zeroes and of the capability's own bits. */
  private void integers(Engine engine, Attack attack, long value) throws Exception {
    stores(engine, A);
    runner(engine, attack.add(new Words()), h -> h.x11 = value);
    Runner reader = loads(engine);
    race();
    assertNoneForged(reader);
    assertSettled();
    runners.clear();
  }

  @ParameterizedTest
  @EnumSource
  void integerStoresOfEveryWidth(Engine engine) throws Exception {
    integers(engine, w -> w.s(Opcode.SB, VALUE, PLACE, 15), 0);
    integers(engine, w -> w.s(Opcode.SH, VALUE, PLACE, 8), 0);
    integers(engine, w -> w.s(Opcode.SW, VALUE, PLACE, 12), 0);
    integers(engine, w -> w.s(Opcode.SD, VALUE, PLACE, 8), B.metadataWord());
    integers(engine, w -> w.s(Opcode.SD, VALUE, PLACE, 0), B.address());
    integers(engine, w -> w.s(Opcode.SD, VALUE, PLACE, 12), -1);
    integers(engine, w -> w.s(Opcode.SW, VALUE, PLACE, -2), -1);
  }

  /** Overwrites half of the capability, and writes what was there. */
  @ParameterizedTest
  @EnumSource
  void oldBits(Engine engine) throws Exception {
    integers(
        engine, w -> w.s(Opcode.SD, 0, PLACE, 8).s(Opcode.SD, VALUE, PLACE, 8), A.metadataWord());
    machine.window.tags().store(GRANULE, A);
    runner(
        engine,
        new Words().s(Opcode.SD, 0, PLACE, 0).s(Opcode.SD, VALUE, PLACE, 0),
        h -> h.x11 = A.address());
    Runner reader = loads(engine);
    race();
    assertNoneForged(reader);
    assertEquals(0, reader.hart.x20, "tags that came back");
  }

  @ParameterizedTest
  @EnumSource
  void atomics(Engine engine) throws Exception {
    integers(engine, w -> w.r(Opcode.AMOOR_D, 5, PLACE, 0), 0);
    integers(engine, w -> w.r(Opcode.AMOADD_W, 5, PLACE, VALUE), 1);
    integers(
        engine, w -> w.unary(Opcode.LR_D, 5, PLACE).r(Opcode.SC_D, 6, PLACE, VALUE), B.address());
  }

  /** Stores on both sides leave a granule's tag alone. */
  @ParameterizedTest
  @EnumSource
  void neighbours(Engine engine) throws Exception {
    machine.window.tags().store(GRANULE, A);
    runner(
        engine,
        new Words()
            .s(Opcode.SD, 0, PLACE, -8)
            .s(Opcode.SD, 0, PLACE, 16)
            .s(Opcode.SB, 0, PLACE, -1)
            .s(Opcode.SD, 0, PLACE, -9),
        h -> {});
    stores(engine, B);
    Runner reader = loads(engine);
    race();
    assertNoneForged(reader);
    assertEquals(0, reader.hart.x19, "lost tags");
  }

  /** Pages that the kernel gives back and writes anew. */
  @ParameterizedTest
  @EnumSource
  void recycledMemory(Engine engine) throws Exception {
    stores(engine, A);
    Runner reader = loads(engine);
    long page = GRANULE & -4096L;
    Thread kernel =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int n = 0; n < ROUNDS / 100; n++) {
                    machine.window.discard(page, 4096);
                  }
                });
    race();
    kernel.join();
    assertNoneForged(reader);
    machine.window.discard(page, 4096);
    assertTrue(!machine.window.tags().isTagged(GRANULE));
    assertSettled();
  }
}
