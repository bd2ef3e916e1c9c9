package org.capvm.testsuite.calls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.code.TranslatedCode;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.assembler.Assembler;
import org.capvm.testsuite.assembler.Assembler.Label;
import org.capvm.testsuite.assembler.Code;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Translated code that never ends by itself sees a request that comes while it runs. */
class EndlessCodeTest {
  private static final long TEXT = 0x20000;
  private static final long DATA = 0x30000;
  private static final long STACK = 0x50000;
  private static final int RA = 1;
  private static final int SP = 2;
  private static final int T0 = 5;
  private static final int T1 = 6;
  private static final int A0 = 10;
  private static final int A1 = 11;

  /** Bytes, one an iteration: about 0.2 s. */
  private static final long WALK = 256 << 20;

  private static final int ATTEMPTS = 20;

  /** Far more than any poll takes, even where many processes share a processor. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Tells the test that the code runs. */
  private static final Code STARTED = Code.store(Opcode.SD, A1, A1, 8);

  /** Kinds of cycles; a0 is 0 or a depth, and a1 the address of a doubleword. */
  enum Cycle {
    NOTHING(text -> loop(text, Opcode.BEQ)),
    COUNTED(text -> loop(text, Opcode.BNE, add(A0, 1))),
    NESTED(
        text -> {
          Label outer = new Label();
          text.add(STARTED);
          text.bind(outer);
          text.add(Code.immediate(Opcode.ADDI, T0, 0, 100));
          Label inner = new Label();
          text.bind(inner);
          text.add(Code.store(Opcode.SD, T0, A1, 0));
          text.add(add(T0, -1));
          text.branch(Opcode.BNE, T0, 0, inner);
          text.jump(0, outer);
        }),
    /** A tree of calls, of which only the depth is small. */
    RECURSION(60, text -> recursion(text, false)),
    INDIRECT_RECURSION(60, text -> recursion(text, true));

    private final int depth;
    private final Consumer<Assembler> code;

    Cycle(Consumer<Assembler> code) {
      this(0, code);
    }

    Cycle(int depth, Consumer<Assembler> code) {
      this.depth = depth;
      this.code = code;
    }

    private static Code add(int register, long immediate) {
      return Code.immediate(Opcode.ADDI, register, register, immediate);
    }

    private static void loop(Assembler text, Opcode condition, Code... body) {
      Label head = new Label();
      text.add(STARTED);
      text.bind(head);
      text.add(List.of(body));
      text.branch(condition, A0, 0, head);
      text.add(Code.immediate(Opcode.JALR, 0, RA, 0));
    }

    private static void recursion(Assembler text, boolean isIndirect) {
      Label function = new Label();
      Label end = new Label();
      text.bind(function);
      text.add(STARTED);
      text.add(add(SP, -16));
      text.add(Code.store(Opcode.SD, RA, SP, 0));
      text.add(Code.store(Opcode.SD, A0, SP, 8));
      text.branch(Opcode.BEQ, A0, 0, end);
      for (int call = 0; call < 2; call++) {
        text.add(Code.immediate(Opcode.LD, A0, SP, 8));
        text.add(add(A0, -1));
        if (isIndirect) {
          text.address(T0, function);
          text.add(Code.immediate(Opcode.JALR, RA, T0, 0));
        } else {
          text.jump(RA, function);
        }
      }
      text.bind(end);
      text.add(Code.immediate(Opcode.LD, RA, SP, 0));
      text.add(add(SP, 16));
      text.add(Code.immediate(Opcode.JALR, 0, RA, 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isInterrupted(Cycle cycle) throws InterruptedException {
    assertTrue(run(cycle.code, cycle.depth, 50).interrupted, "never looked whether to stop");
  }

  /**
   * A loop that walks through memory ends with it, but not soon. It is tried again where the
   * request came too late.
   */
  @Test
  void walkThroughMemoryIsInterrupted() throws InterruptedException {
    Consumer<Assembler> walk =
        text -> {
          Label head = new Label();
          text.add(STARTED);
          text.add(Code.immediate(Opcode.LUI, T0, 0, WALK));
          text.add(Code.registers(Opcode.ADD, T0, T0, A1));
          text.bind(head);
          text.add(Code.immediate(Opcode.LBU, T1, A1, 0));
          text.add(Code.registers(Opcode.ADD, A0, A0, T1));
          text.add(Cycle.add(A1, 1));
          text.branch(Opcode.BNE, A1, T0, head);
          text.add(Code.immediate(Opcode.JALR, 0, RA, 0));
        };
    boolean seen = false;
    for (int attempt = 0; attempt < ATTEMPTS && !seen; attempt++) {
      Stopping end = run(walk, 0, 5);
      seen = end.interrupted && end.pointer < DATA + WALK;
    }
    assertTrue(seen, "never looked whether to stop");
  }

  /** Runs code, and asks it to stop some time after it began. */
  private static Stopping run(Consumer<Assembler> cycle, int depth, int milliseconds)
      throws InterruptedException {
    try (Window window = new Window(2 * WALK)) {
      int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
      window.pages().set(TEXT, DATA + WALK - TEXT, all);
      Assembler text = new Assembler(TEXT);
      cycle.accept(text);
      byte[] code = text.code();
      window.segment(TEXT, code.length).copyFrom(MemorySegment.ofArray(code));
      CodeMap map = new CodeMap(window);
      publish(window, map, code.length);
      Stopping kernel = new Stopping();
      Hart hart = map.newHart(window, kernel);
      hart.x10 = depth;
      hart.x11 = DATA;
      hart.x2 = STACK;
      hart.pc = TEXT;
      Thread thread = Thread.ofPlatform().daemon().start(() -> Dispatcher.run(hart));
      while (Memory.loadLong(window, DATA + 8) == 0) {
        Thread.sleep(1);
      }
      Thread.sleep(milliseconds); // It runs; the compilers may have found it.
      hart.requestInterrupt();
      if (!thread.join(PATIENCE)) {
        // The window stays: the thread goes on using it.
        throw new AssertionError("never looked whether to stop");
      }
      return kernel;
    }
  }

  private static void publish(Window window, CodeMap map, int length) {
    FunctionCode function =
        Discovery.at(
                address ->
                    address < TEXT + length ? Memory.loadShort(window, address) & 0xffff : -1,
                TEXT,
                TEXT,
                TEXT + length)
            .orElseThrow();
    FileTranslator translator =
        new FileTranslator(List.of(function), List.of(), 0, TranslatedCode.PACKAGE + ".endless");
    Map<String, TranslatedClass> classes =
        IntStream.range(0, translator.classes())
            .mapToObj(translator::translate)
            .collect(Collectors.toMap(TranslatedClass::name, made -> made));
    TranslatedCode loader = new TranslatedCode(name -> classes.get(name).bytes(), 2);
    for (TranslatedClass made : classes.values()) {
      for (int k = 0; k < made.entries().size(); k++) {
        long entry = made.entries().get(k);
        map.put(entry, loader.function(map, entry, made.name(), k));
      }
    }
  }

  /** Ends the hart at an interrupt, and where the code returns to nowhere. */
  private static final class Stopping implements Kernel {
    private volatile boolean interrupted;
    private volatile long pointer;

    @Override
    public void environmentCall(Hart h, boolean complete) {
      throw new AssertionError("system call");
    }

    @Override
    public void trap(Hart h, Trap trap) {
      throw HartExit.INSTANCE;
    }

    @Override
    public void interrupt(Hart h) {
      interrupted = true;
      pointer = h.x11;
      throw HartExit.INSTANCE;
    }

    @Override
    public void instructionFence(Hart h) {}
  }
}
