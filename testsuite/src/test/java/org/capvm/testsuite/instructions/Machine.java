package org.capvm.testsuite.instructions;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.capvm.runtime.code.Dispatcher;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.hart.Unwind;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * A window with one piece of code in it, executed as the harness does on the emulator.
 *
 * <p>An environment call stands in place of the code's final return: there every register is the
 * architectural one, while a function owes its caller only the results.
 */
final class Machine implements AutoCloseable {
  /** Where the code would return to. */
  private static final long RETURN = State.SLOT + Window.PAGE;

  private static final int RET = 0x8067;
  private static final int COMPRESSED_RET = 0x8082;
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
  }

  /** Puts code into the slot. */
  void load(byte[] code) {
    ByteBuffer bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    boolean compressed = (bytes.getShort(code.length - 2) & 0xffff) == COMPRESSED_RET;
    int end = code.length - (compressed ? 2 : 4);
    if (!compressed && bytes.getInt(end) != RET) {
      throw new IllegalArgumentException("the code does not end with a return");
    }
    window.segment(State.SLOT, end).copyFrom(MemorySegment.ofArray(code).asSlice(0, end));
    Memory.storeInt(window, State.SLOT + end, ECALL);
    Memory.storeInt(window, State.SLOT + end + 4, RET);
    hart = engine.hart(window, ending, State.SLOT, end + 8);
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

  /** Ends the guest thread at its environment call or its first trap. */
  private static final class Ending implements Kernel {
    private long trap;

    @Override
    public void environmentCall(Hart h, boolean complete) {
      if (complete) {
        throw HartExit.INSTANCE;
      }
      throw Unwind.INSTANCE;
    }

    @Override
    public void trap(Hart h, Trap cause) {
      int signal =
          switch (cause) {
            case Trap.IllegalInstruction _ -> 4;
            case Trap.Breakpoint _ -> 5;
            case Trap.Misaligned _ -> 7;
            case Trap.Memory _, Trap.Capability _ -> 11;
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
