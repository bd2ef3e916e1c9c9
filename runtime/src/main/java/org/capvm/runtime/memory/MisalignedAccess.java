package org.capvm.runtime.memory;

/** An atomic access (LR, SC or AMO) to an address that is not a multiple of its size. */
public final class MisalignedAccess extends MemoryFault {
  private static final long serialVersionUID = 1L;

  public MisalignedAccess(long address, AccessKind kind) {
    super(address, kind, true);
  }
}
