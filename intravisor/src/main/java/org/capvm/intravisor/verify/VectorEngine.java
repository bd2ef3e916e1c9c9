package org.capvm.intravisor.verify;

/** What runs the cases of vector files. */
public enum VectorEngine {
  /** The interpreter, one instruction after the other. */
  INTERPRETER,
  /**
   * Translated code, as programs get it, and the interpreter for the instructions that translated
   * code leaves to it: those that trap, system instructions, and all under a PCC that does not
   * cover the code.
   */
  TRANSLATED
}
