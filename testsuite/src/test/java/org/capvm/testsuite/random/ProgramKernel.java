package org.capvm.testsuite.random;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.hart.Kernel;
import org.capvm.runtime.hart.Trap;

/**
 * The system calls that random programs make: write, exit_group, and one that is none, at which all
 * registers are recorded but those that an earlier callee may have left anything in.
 */
class ProgramKernel implements Kernel {
  private static final int NO_CALL = 1023;
  private static final long NOT_IMPLEMENTED = -38;
  private static final int WRITE = 64;
  private static final int EXIT_GROUP = 94;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private long seen;

  /** What the program wrote. */
  byte[] output() {
    return output.toByteArray();
  }

  /** What the program wrote, and a digest of the register files at all checkpoints. */
  byte[] outputAndCheckpoints() {
    byte[] written = output();
    return ByteBuffer.allocate(written.length + Long.BYTES).put(written).putLong(seen).array();
  }

  @Override
  public void environmentCall(Hart h, boolean complete) {
    switch ((int) h.x17) {
      case WRITE -> {
        byte[] bytes = h.window.segment(h.x11, h.x12).toArray(ValueLayout.JAVA_BYTE);
        output.write(bytes, 0, bytes.length);
        h.x10 = bytes.length;
      }
      case NO_CALL -> {
        record(h);
        h.x10 = NOT_IMPLEMENTED;
      }
      case EXIT_GROUP -> throw HartExit.INSTANCE;
      default -> throw new AssertionError("system call %d at 0x%x".formatted(h.x17, h.pc));
    }
  }

  private void record(Hart h) {
    seen = 31 * seen + h.pc;
    long integers = h.x(Registers.TEMPORARY);
    long floats = h.x(Registers.TEMPORARY_2);
    for (int i = 1; i < 32; i++) {
      boolean kept = i <= 4 && i != Registers.RA || Registers.isCalleeSaved(i);
      if (kept || (integers >>> i & 1) != 0) {
        seen = 31 * seen + h.x(i);
      }
      if (Registers.isCalleeSaved(i) || (floats >>> i & 1) != 0) {
        seen = 31 * seen + h.f(i);
      }
    }
    seen = 31 * seen + h.fcsr();
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
