package org.capvm.translator.emit;

/** What translations of the same code for the same address differ in. */
public enum Variant {
  /**
   * Accesses are held to the bounds of the window. A fault tells pc, address and cause; the
   * registers are lost.
   */
  FAST,

  /**
   * Accesses are held to the permissions of their pages too, and where one faults the complete
   * register file is recovered: for a process that handles its own faults.
   */
  PRECISE
}
