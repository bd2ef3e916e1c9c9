package org.capvm.testsuite.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
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
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.assembler.Assembler;
import org.capvm.testsuite.assembler.Code;
import org.capvm.translator.discover.Discovery;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.emit.FileTranslator;
import org.capvm.translator.emit.TranslatedClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A translated call through a register, while what its target stands for changes. */
class CallSiteTest {
  private static final long CALLER = 0x20000;
  private static final long CALLEE = 0x30000;
  private static final long STACK = 0x50000;
  private static final int RA = 1;
  private static final int SP = 2;
  private static final int S0 = 8;
  private static final int S1 = 9;
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A7 = 17;

  private static final int GENERATIONS = 10_000;

  private final Window window = new Window(2 << 20);
  private final CodeMap map = new CodeMap(window);
  private final Hart hart = map.newHart(window, new Exits());
  private int loaders;

  @BeforeEach
  void load() {
    int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
    window.pages().set(CALLER, STACK + Window.PAGE - CALLER, all);
    // caller(a0: times, a1: target): calls it so often, with what it returned before.
    write(
        CALLER,
        Code.immediate(Opcode.ADDI, SP, SP, -16),
        Code.store(Opcode.SD, RA, SP, 8),
        Code.immediate(Opcode.ADDI, S0, A0, 0),
        Code.immediate(Opcode.ADDI, S1, A1, 0),
        Code.immediate(Opcode.ADDI, A0, 0, 0),
        // loop:
        Code.immediate(Opcode.JALR, RA, S1, 0),
        Code.immediate(Opcode.ADDI, S0, S0, -1),
        Code.branch(Opcode.BNE, S0, 0, -8),
        Code.immediate(Opcode.ADDI, A7, 0, 93),
        Code.registers(Opcode.ECALL, 0, 0, 0));
    translate(CALLER);
  }

  @AfterEach
  void close() {
    window.close();
  }

  @Test
  void targetIsReplacedUnderTheSite() {
    for (int addend = 1; addend <= 5; addend++) {
      writeCallee(addend);
      translate(CALLEE);
      assertEquals(20_000L * addend, call(20_000, CALLEE));
      map.invalidate(CALLEE, CALLEE + 8);
    }
  }

  @Test
  void withdrawnFunctionIsNeverEnteredThroughTheSite() {
    writeCallee(1);
    translate(CALLEE);
    assertEquals(50_000, call(50_000, CALLEE));
    // The new code has no translation: the interpreter runs it.
    writeCallee(3);
    map.invalidate(CALLEE, CALLEE + 8);
    assertEquals(300, call(100, CALLEE));
  }

  @Test
  void targetsThatAreNoFunctionsTrap() {
    writeCallee(1);
    translate(CALLEE);
    assertEquals(50_000, call(50_000, CALLEE));
    for (long wild :
        new long[] {0, CALLEE | 1L << 48, CALLEE | Long.MIN_VALUE, -2, window.size()}) {
      assertEquals(Exits.TRAPPED, call(10, wild), () -> "a call of 0x" + Long.toHexString(wild));
    }
    assertEquals(10, call(10, CALLEE | 1), "JALR clears the lowest bit");
  }

  /** A guest JIT compiler at work: every generation has a class of its own, and all but one go. */
  @Test
  void generationsOfCodeLeaveNothingBehind() {
    writeCallee(1);
    List<TranslatedClass> callee = classesOf(CALLEE);
    long early = 0;
    for (int generation = 0; generation < GENERATIONS; generation++) {
      publish(callee);
      assertEquals(6, call(6, CALLEE));
      map.invalidate(CALLEE, CALLEE + 8);
      if (generation == GENERATIONS / 10) {
        early = loadedClasses();
      }
    }
    long late = loadedClasses();
    assertTrue(late - early < GENERATIONS / 10, early + " classes became " + late);
  }

  private static long loadedClasses() {
    System.gc();
    return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
  }

  private void writeCallee(int addend) {
    write(
        CALLEE, Code.immediate(Opcode.ADDI, A0, A0, addend), Code.immediate(Opcode.JALR, 0, RA, 0));
  }

  private void write(long address, Code... codes) {
    Assembler assembler = new Assembler(address);
    assembler.add(List.of(codes));
    byte[] bytes = assembler.code();
    window.segment(address, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  private void translate(long entry) {
    publish(classesOf(entry));
  }

  private List<TranslatedClass> classesOf(long entry) {
    FunctionCode function =
        Discovery.at(
                address -> Memory.loadShort(window, address) & 0xffff,
                entry,
                entry,
                entry + Window.PAGE)
            .orElseThrow();
    FileTranslator translator =
        new FileTranslator(
            List.of(function), List.of(), 0, TranslatedCode.PACKAGE + ".calls" + loaders++);
    List<TranslatedClass> classes = new ArrayList<>();
    for (int i = 0; i < translator.classes(); i++) {
      classes.add(translator.translate(i));
    }
    return classes;
  }

  /** Publishes functions in a class loader of their own, which makes direct classes at once. */
  private void publish(List<TranslatedClass> classes) {
    Map<String, byte[]> files = new HashMap<>();
    TranslatedCode loader = new TranslatedCode(files::get, 2);
    for (TranslatedClass made : classes) {
      files.put(made.name(), made.bytes());
      for (int k = 0; k < made.entries().size(); k++) {
        long entry = made.entries().get(k);
        map.put(entry, loader.function(map, entry, made.name(), k));
      }
    }
  }

  private long call(long times, long target) {
    hart.x10 = times;
    hart.x11 = target;
    hart.x1 = 0;
    hart.x2 = STACK;
    hart.pc = CALLER;
    Dispatcher.run(hart);
    return hart.x10;
  }

  /** Ends the thread at exit, and at a trap with a mark in a0. */
  private static final class Exits implements Kernel {
    static final long TRAPPED = -4242;

    @Override
    public void environmentCall(Hart h, boolean complete) {
      throw HartExit.INSTANCE;
    }

    @Override
    public void trap(Hart h, Trap trap) {
      h.x10 = TRAPPED;
      throw HartExit.INSTANCE;
    }

    @Override
    public void interrupt(Hart h) {}

    @Override
    public void instructionFence(Hart h) {}
  }
}
