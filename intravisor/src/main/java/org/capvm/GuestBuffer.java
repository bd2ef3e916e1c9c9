package org.capvm;

import java.lang.foreign.MemorySegment;

/**
 * Memory that a library has allocated with its {@code malloc}: Java reads and writes it in place,
 * guest functions get its address. The guest shares it, so its contents are no more trustworthy
 * than the guest.
 */
public final class GuestBuffer implements AutoCloseable {
  private final CvmLibrary library;
  private final long address;
  private final MemorySegment memory;
  private boolean open = true;

  GuestBuffer(CvmLibrary library, long address, MemorySegment memory) {
    this.library = library;
    this.address = address;
    this.memory = memory;
  }

  /** Where it lies in the guest's memory. */
  public long address() {
    return address;
  }

  /** In bytes. */
  public long size() {
    return memory.byteSize();
  }

  /**
   * Its bytes, in the guest's order (little-endian). Usable from any thread until the library is
   * closed; an access after that throws {@link IllegalStateException}.
   */
  public MemorySegment memory() {
    return memory;
  }

  /**
   * Gives the memory back to the guest, whose {@code free} gets it.
   *
   * @throws GuestFaultException when the guest does not survive that
   */
  @Override
  public void close() {
    if (open) {
      open = false;
      library.free(address);
    }
  }
}
