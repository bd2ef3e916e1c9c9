package org.capvm.runtime.hart;

/**
 * Leaves all translated frames of a hart. Thrown only when the hart holds the complete register
 * file; execution goes on at {@code pc} from an empty JVM stack.
 *
 * <p>The guest's own stack holds what the dropped frames need: translated code spills for real.
 */
public final class Unwind extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The only instance: everything there is to say is in the hart. */
  public static final Unwind INSTANCE = new Unwind();

  private Unwind() {
    super(null, null, false, false);
  }
}
