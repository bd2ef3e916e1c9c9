package org.capvm.testsuite.loops;

import static org.capvm.testsuite.loops.GuestLoop.TEXT;
import static org.capvm.testsuite.loops.LoopBody.ITERATIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.capvm.translator.emit.Variant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loops that begin near the ends of memory and run out of it, or stop just before: translated code
 * faults where the interpreter does, at the same address, and has written the same memory.
 */
class LoopEdgesTest {
  private static final long SIZE = 1 << 20;
  private static final long MIDDLE = SIZE / 2;

  /** Around multiples of a chunk of bytes, words and the unrolled loop. */
  private static final long[] DISTANCES = {
    0, 1, 7, 8, 9, 255, 256, 257, 511, 520, 2040, 2047, 2048, 2049, 4100, 16383, 16384, 16500
  };

  private static final long[] BORDERS = {0, Window.LOW, SIZE, Long.MIN_VALUE};

  /**
   * How a run ended.
   *
   * @param registers not known at a fault, see {@link Variant#FAST}
   */
  private record Outcome(String end, List<Long> registers, int memory) {}

  @ParameterizedTest
  @EnumSource(GuestLoop.class)
  void atTheEndsOfMemory(GuestLoop loop) {
    List<Long> places = new ArrayList<>(List.of(MIDDLE, MIDDLE + 8));
    for (long border : BORDERS) {
      for (long distance : DISTANCES) {
        places.add(border - distance);
        places.add(border + distance);
      }
    }
    try (Engines engines = new Engines(loop)) {
      for (long place : places) {
        engines.check(place, MIDDLE);
        engines.check(MIDDLE, place);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GuestLoop.class)
  void overlapping(GuestLoop loop) {
    try (Engines engines = new Engines(loop)) {
      for (long distance : DISTANCES) {
        engines.check(MIDDLE, MIDDLE + distance);
        engines.check(MIDDLE + distance, MIDDLE);
      }
    }
  }

  /** Both engines with one loop. */
  private static final class Engines implements AutoCloseable {
    private final GuestLoop loop;
    private final Machine interpreter;
    private final Machine translated;

    Engines(GuestLoop loop) {
      this.loop = loop;
      this.interpreter = new Machine(loop, false);
      this.translated = new Machine(loop, true);
    }

    void check(long a0, long a1) {
      long a2 = loop.end(a0, a1);
      assertEquals(
          interpreter.run(a0, a1, a2),
          translated.run(a0, a1, a2),
          () -> "%s(0x%x, 0x%x, 0x%x)".formatted(loop, a0, a1, a2));
    }

    @Override
    public void close() {
      interpreter.close();
      translated.close();
    }
  }

  /** A window with one loop in it. */
  private static final class Machine implements AutoCloseable {
    private final Window window = new Window(SIZE);
    private final MemorySegment memory = window.segment(Window.LOW, SIZE - Window.LOW);
    private final byte[] code;
    private final End end = new End();
    private final Hart hart;

    Machine(GuestLoop loop, boolean translated) {
      code = loop.code();
      int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
      window.pages().set(Window.LOW, SIZE - Window.LOW, all);
      CodeMap map = new CodeMap(window);
      if (translated) {
        translate(code, map);
      }
      hart = map.newHart(window, end);
    }

    Outcome run(long a0, long a1, long a2) {
      memory.fill((byte) 0x5a);
      if (Long.compareUnsigned(a1, SIZE - ITERATIONS) < 0 && a1 + ITERATIONS >= Window.LOW) {
        Memory.storeByte(window, a1 + ITERATIONS, (byte) 0);
      }
      window.segment(TEXT, code.length).copyFrom(MemorySegment.ofArray(code));
      hart.pc = TEXT;
      hart.x10 = a0;
      hart.x11 = a1;
      hart.x12 = a2;
      hart.x13 = -1;
      hart.x14 = 0;
      hart.x15 = 0;
      Dispatcher.run(hart);
      List<Long> registers =
          end.faulted
              ? List.of()
              : List.of(hart.x10, hart.x11, hart.x12, hart.x13, hart.x14, hart.x15);
      return new Outcome(
          end.text, registers, Arrays.hashCode(memory.toArray(ValueLayout.JAVA_LONG_UNALIGNED)));
    }

    @Override
    public void close() {
      window.close();
    }
  }

  private static void translate(byte[] code, CodeMap map) {
    FileTranslator translator =
        new FileTranslator(
            List.of(GuestLoop.discover(code)),
            List.of(),
            0,
            Variant.FAST,
            TranslatedCode.PACKAGE + ".loops");
    Map<String, byte[]> classes = new HashMap<>();
    TranslatedCode loader = new TranslatedCode(classes::get);
    TranslatedClass translated = translator.translate(0);
    classes.put(translated.name(), translated.bytes());
    map.put(TEXT, loader.function(map, TEXT, translated.name(), 0));
  }

  /** Ends the guest thread at its environment call or its first trap. */
  private static final class End implements Kernel {
    private String text = "";
    private boolean faulted;

    @Override
    public void environmentCall(Hart h, boolean complete) {
      if (complete) {
        text = "done";
        faulted = false;
        throw HartExit.INSTANCE;
      }
      throw Unwind.INSTANCE;
    }

    @Override
    public void trap(Hart h, Trap cause) {
      MemoryFault fault = ((Trap.Memory) cause).fault();
      text = "%s of %x at %x".formatted(fault.kind(), outside(fault.address()), h.pc);
      faulted = true;
      throw HartExit.INSTANCE;
    }

    /**
     * Of an access across the end, the one engine names the first byte outside, the other the
     * first.
     */
    private static long outside(long address) {
      return address > SIZE - Long.BYTES && address < SIZE ? SIZE : address;
    }

    @Override
    public void interrupt(Hart h) {
      throw new AssertionError("nobody interrupts this hart");
    }

    @Override
    public void instructionFence(Hart h) {}
  }
}
