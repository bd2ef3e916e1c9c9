package org.capvm.testsuite.random;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;

/** The two system calls that random programs make: write and exit_group. */
class ProgramKernel implements Kernel {
  private static final int WRITE = 64;
  private static final int EXIT_GROUP = 94;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  /** What the program wrote. */
  byte[] output() {
    return output.toByteArray();
  }

  @Override
  public void environmentCall(Hart h, boolean complete) {
    switch ((int) h.x17) {
      case WRITE -> {
        byte[] bytes = h.window.segment(h.x11, h.x12).toArray(ValueLayout.JAVA_BYTE);
        output.write(bytes, 0, bytes.length);
        h.x10 = bytes.length;
      }
      case EXIT_GROUP -> throw HartExit.INSTANCE;
      default -> throw new AssertionError("system call %d at 0x%x".formatted(h.x17, h.pc));
    }
  }

  @Override
  public void trap(Hart h, Trap trap) {
    throw new AssertionError("%s at 0x%x".formatted(trap, h.pc));
  }

  @Override
  public void interrupt(Hart h) {}

  @Override
  public void instructionFence(Hart h) {}
}
