package org.capvm.testsuite.random;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.Trap;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;

/**
 * Takes away one part of a program's memory after the other, so that it faults whenever it goes to
 * another part than before, and records what a handler of the fault could see: address, pc and the
 * complete register file. Every engine must fault at the same instructions, with the same
 * registers.
 */
final class FaultingKernel extends ProgramKernel {
  /** Enough for the loops of a program; each one costs an exception of the JVM. */
  private static final int MOST_FAULTS = 300;

  private record Part(long address, long length, int permissions) {}

  private static final List<Part> PARTS =
      List.of(
          new Part(Layout.BUFFER, Layout.BUFFER_SIZE, PageTable.READ | PageTable.WRITE),
          new Part(
              Layout.FUNCTION_TABLE + Window.PAGE,
              Layout.STACK_TOP - Layout.FUNCTION_TABLE - Window.PAGE,
              PageTable.READ | PageTable.WRITE),
          new Part(Layout.FUNCTION_TABLE, Window.PAGE, PageTable.READ),
          new Part(Layout.TABLES, Window.PAGE, PageTable.READ));

  private final Window window;
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
  private int faults;

  FaultingKernel(Window window) {
    this.window = window;
    PARTS.forEach(part -> close(part, false));
  }

  /** What every fault showed, and what the program wrote. */
  @Override
  byte[] output() {
    seen.writeBytes(super.output());
    return seen.toByteArray();
  }

  @Override
  public void trap(Hart h, Trap trap) {
    if (!(trap instanceof Trap.Memory(var fault)) || !fault.mapped()) {
      super.trap(h, trap);
      return;
    }
    record(h, fault.address());
    faults++;
    for (Part part : PARTS) {
      if (fault.address() >= part.address && fault.address() < part.address + part.length) {
        window.pages().set(part.address, part.length, PageTable.MAPPED | part.permissions);
      } else if (faults < MOST_FAULTS) {
        // Now and then reading stays allowed, as a garbage collector's write barrier does it.
        close(part, faults % 3 == 0);
      }
    }
  }

  private void close(Part part, boolean readable) {
    window
        .pages()
        .set(part.address, part.length, PageTable.MAPPED | (readable ? PageTable.READ : 0));
  }

  private void record(Hart h, long address) {
    ByteBuffer state = ByteBuffer.allocate(66 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    state.putLong(address).putLong(h.pc);
    for (int i = 1; i < 32; i++) {
      state.putLong(h.x(i));
    }
    for (int i = 0; i < 32; i++) {
      state.putLong(h.f(i));
    }
    state.putLong(h.fcsr());
    seen.writeBytes(state.array());
  }
}
