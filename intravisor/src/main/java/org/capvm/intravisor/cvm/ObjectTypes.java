package org.capvm.intravisor.cvm;

import java.util.BitSet;

/**
 * The object types that the Intravisor seals with: one for each cVM. No guest has authority to seal
 * or unseal with them; those below {@link #FIRST} are the guests'.
 */
public final class ObjectTypes {
  /** The lowest type of the Intravisor. */
  public static final int FIRST = 0x2_0000;

  private static final int COUNT = 0x1_0000;

  private final BitSet taken = new BitSet();

  /**
   * A type that nobody has.
   *
   * @throws OutOfMemoryError when there is none left
   */
  public synchronized int take() {
    int free = taken.nextClearBit(0);
    if (free >= COUNT) {
      throw new OutOfMemoryError("there are " + COUNT + " cVMs with capabilities already");
    }
    taken.set(free);
    return FIRST + free;
  }

  /** The cVM that took a type is gone. */
  public synchronized void giveBack(int type) {
    taken.clear(type - FIRST);
  }
}
