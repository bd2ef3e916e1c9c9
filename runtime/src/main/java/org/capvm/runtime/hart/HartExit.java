package org.capvm.runtime.hart;

/** Ends the execution of a hart: its guest thread exited or its cVM is going down. */
public final class HartExit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final HartExit INSTANCE = new HartExit();

  private HartExit() {
    super(null, null, false, false);
  }
}
