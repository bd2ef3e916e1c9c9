package org.capvm.testsuite.instructions;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/** A window with one piece of code in it, executed as the harness does on the emulator. */
final class Machine implements AutoCloseable {
  /** Where the code returns to: an environment call, which ends the case. */
  private static final long RETURN = State.SLOT + Window.PAGE;

  private static final int ECALL = 0x73;
  private static final long SIZE = 8L << 20;

  private final Window window = new Window(SIZE);
  private final Engine engine;
  private final Ending ending = new Ending();
  private Hart hart;

  Machine(Engine engine) {
    this.engine = engine;
    int all = PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE;
    window.pages().set(State.SLOT, 2 * Window.PAGE, all);
    window.pages().set(State.SCRATCH, Window.PAGE, all & ~PageTable.EXECUTE);
    Memory.storeInt(window, RETURN, ECALL);
  }

  /** Puts code into the slot. */
  void load(byte[] code) {
    window.segment(State.SLOT, code.length).copyFrom(MemorySegment.ofArray(code));
    hart = engine.hart(window, ending, State.SLOT, code.length);
    hart.kernel.instructionFence(hart);
  }

  /** Executes the code on a state; the state it leaves. */
  long[] execute(long[] before) {
    State.load(before, hart, window);
    hart.pc = State.SLOT;
    hart.x1 = RETURN;
    ending.trap = 0;
    Dispatcher.run(hart);
    return State.store(hart, window, ending.trap);
  }

  @Override
  public void close() {
    window.close();
  }

  /** Ends the guest thread at its return or its first trap. */
  private static final class Ending implements Kernel {
    private long trap;

    @Override
    public void environmentCall(Hart h, boolean complete) {
      if (h.pc != RETURN) {
        throw new AssertionError("environment call at 0x" + Long.toHexString(h.pc));
      }
      throw HartExit.INSTANCE;
    }

    @Override
    public void trap(Hart h, Trap cause) {
      int signal =
          switch (cause) {
            case Trap.IllegalInstruction _ -> 4;
            case Trap.Breakpoint _ -> 5;
            case Trap.Misaligned _ -> 7;
            case Trap.Memory _ -> 11;
          };
      trap = signal | (h.pc - State.SLOT) << 8;
      throw HartExit.INSTANCE;
    }

    @Override
    public void interrupt(Hart h) {
      throw new AssertionError("nobody interrupts this hart");
    }

    @Override
    public void instructionFence(Hart h) {}
  }
}
