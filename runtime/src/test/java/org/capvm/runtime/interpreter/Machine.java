package org.capvm.runtime.interpreter;

import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.isa.Opcode;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * A cVM of one hart for tests: code at {@link #CODE}, data at {@link #DATA}, and a kernel that
 * notes.
 */
final class Machine implements Kernel, AutoCloseable {
  static final long CODE = 0x10000;
  static final long DATA = 0x20000;

  /** The last page of data; what follows is not mapped. */
  static final long DATA_END = DATA + 0x2000;

  /** A page that can be read and not written. */
  static final long CONSTANTS = 0x30000;

  static final int RA = 1;
  static final int SP = 2;
  static final int A0 = 10;
  static final int A1 = 11;
  static final int A2 = 12;

  final Window window = new Window(1 << 20);
  final CodeMap code;
  final Hart hart;

  /** Traps that the kernel was told of, and the pc of each. */
  final List<Trap> traps = new ArrayList<>();

  final List<Long> trapAddresses = new ArrayList<>();
  int environmentCalls;
  int instructionFences;
  private long end = CODE;

  Machine() {
    this(null);
  }

  Machine(HotCode hot) {
    window.pages().set(CODE, 0x3000, PageTable.MAPPED | PageTable.READ | PageTable.EXECUTE);
    window.pages().set(DATA, 0x2000, PageTable.MAPPED | PageTable.READ | PageTable.WRITE);
    window.pages().set(CONSTANTS, Window.PAGE, PageTable.MAPPED | PageTable.READ);
    code = new CodeMap(window, hot);
    hart = code.newHart(window, this);
    hart.pc = CODE;
    hart.x2 = DATA_END;
  }

  /** Appends 32-bit instructions. */
  Machine words(int... words) {
    for (int word : words) {
      Memory.storeInt(window, end, word);
      end += 4;
    }
    return this;
  }

  /** Appends 16-bit instructions. */
  Machine halfWords(int... halfWords) {
    for (int halfWord : halfWords) {
      Memory.storeShort(window, end, (short) halfWord);
      end += 2;
    }
    return this;
  }

  /** Where the next instruction is put. */
  Machine at(long address) {
    end = address;
    return this;
  }

  /** Runs from the start until a trap; appends an ebreak for that purpose. */
  Hart run() {
    words(Opcode.EBREAK.match());
    code.interpreter().run(hart);
    return hart;
  }

  /** Runs as a call from translated code would, with a stack pointer and a return address set. */
  Hart call() {
    code.interpreter().call(hart);
    return hart;
  }

  Trap lastTrap() {
    return traps.getLast();
  }

  @Override
  public void environmentCall(Hart h, boolean complete) {
    environmentCalls++;
    if (h.x17 == 139) {
      h.pc = h.x10;
      throw Unwind.INSTANCE;
    }
    h.x10 = h.x10 + 1;
  }

  @Override
  public void trap(Hart h, Trap trap) {
    traps.add(trap);
    trapAddresses.add(h.pc);
  }

  @Override
  public void interrupt(Hart h) {}

  @Override
  public void instructionFence(Hart h) {
    instructionFences++;
  }

  @Override
  public void close() {
    window.close();
  }

  /** A kernel for further harts, which does nothing. */
  static final class Silent implements Kernel {
    @Override
    public void environmentCall(Hart h, boolean complete) {}

    @Override
    public void trap(Hart h, Trap trap) {}

    @Override
    public void interrupt(Hart h) {}

    @Override
    public void instructionFence(Hart h) {}
  }
}
