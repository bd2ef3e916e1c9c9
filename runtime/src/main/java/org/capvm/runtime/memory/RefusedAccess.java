package org.capvm.runtime.memory;

/**
 * An access that translated code with capabilities does not make: the interpreter executes the
 * instruction, and raises the exception with its cause.
 */
public final class RefusedAccess extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The only instance. */
  public static final RefusedAccess INSTANCE = new RefusedAccess();

  private RefusedAccess() {
    super(null, null, false, false);
  }
}
