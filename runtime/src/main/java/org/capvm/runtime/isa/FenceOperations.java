package org.capvm.runtime.isa;

import java.lang.invoke.VarHandle;

/** What FENCE orders. Device input counts as a read and device output as a write. */
public final class FenceOperations {
  private static final int WRITES = 0b0101;
  private static final int READS = 0b1010;
  private static final int MODE_TSO = 8;

  private FenceOperations() {}

  /**
   * Orders the accesses of the predecessor set before those of the successor set.
   *
   * @param immediate of the instruction, see {@link Instruction#immediate}
   */
  public static void fence(int immediate) {
    int successor = immediate & 15;
    int predecessor = immediate >>> 4 & 15;
    if (predecessor == 0 || successor == 0) {
      // PAUSE is one of these HINTs; all of them order nothing.
      Thread.onSpinWait();
      return;
    }
    boolean tso = immediate >>> 8 == MODE_TSO;
    if ((predecessor & WRITES) != 0 && (successor & READS) != 0 && !tso) {
      VarHandle.fullFence();
      return;
    }
    if ((predecessor & READS) != 0) {
      VarHandle.acquireFence();
    }
    if ((predecessor & WRITES) != 0) {
      VarHandle.releaseFence();
    }
  }
}
