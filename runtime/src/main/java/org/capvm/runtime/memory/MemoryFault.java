package org.capvm.runtime.memory;

/**
 * An access outside the window, or to a page that does not allow it.
 *
 * <p>Thrown by the checked accessors. In translated code the guest's pc is recovered from the stack
 * trace: a generated method is named after its guest address and its line numbers count half-words
 * from there, so that a check costs nothing until it fails.
 */
public sealed class MemoryFault extends RuntimeException permits MisalignedAccess {
  private static final long serialVersionUID = 1L;

  private final long address;
  private final transient AccessKind kind;
  private final boolean mapped;

  /**
   * @param address the guest address of the first byte of the access
   * @param kind what the access was
   * @param mapped whether the page exists but forbids the access (Linux: SEGV_ACCERR), rather than
   *     not existing (SEGV_MAPERR)
   */
  public MemoryFault(long address, AccessKind kind, boolean mapped) {
    super(null, null, false, true);
    this.address = address;
    this.kind = kind;
    this.mapped = mapped;
  }

  public long address() {
    return address;
  }

  public AccessKind kind() {
    return kind;
  }

  public boolean mapped() {
    return mapped;
  }

  @Override
  public String getMessage() {
    return "%s at guest address 0x%x".formatted(kind, address);
  }
}
