package org.capvm.translator.emit;

/** What translations of the same code for the same address differ in. */
public enum Variant {
  /**
   * Accesses are held to the bounds of the window. A fault tells pc, address and cause; the
   * registers are lost.
   */
  FAST(false, false),

  /**
   * Accesses are held to the permissions of their pages too, and where one faults the complete
   * register file is recovered: for a process that handles its own faults.
   */
  PRECISE(true, false),

  /** {@link #FAST}, and stores clear the tags of memory: for a window that has tags. */
  TAG_CLEARING(false, true),

  /** {@link #PRECISE}, and stores clear the tags of memory: for a window that has tags. */
  PRECISE_TAG_CLEARING(true, true);

  private final boolean precise;
  private final boolean tagClearing;

  Variant(boolean precise, boolean tagClearing) {
    this.precise = precise;
    this.tagClearing = tagClearing;
  }

  /**
   * The variant with two properties.
   *
   * @param precise whether faults are precise, see {@link #PRECISE}
   * @param tagClearing whether the window has tags
   */
  public static Variant of(boolean precise, boolean tagClearing) {
    if (precise) {
      return tagClearing ? PRECISE_TAG_CLEARING : PRECISE;
    }
    return tagClearing ? TAG_CLEARING : FAST;
  }

  /** Whether the complete register file is recovered wherever an access faults. */
  public boolean isPrecise() {
    return precise;
  }

  /** Whether stores clear the tags of memory. */
  public boolean isTagClearing() {
    return tagClearing;
  }
}
