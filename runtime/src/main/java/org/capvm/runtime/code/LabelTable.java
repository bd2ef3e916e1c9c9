package org.capvm.runtime.code;

/**
 * Numbers of labels, dense and in a string: generated classes have no static initialiser that could
 * fill an array, and the JIT compiler reads a constant string as it reads a constant array.
 */
public final class LabelTable {
  /** What {@link #at} says where there is no label. */
  public static final int NONE = -1;

  /** The character of label number 0; the one before it stands for {@link #NONE}. */
  public static final char FIRST = 2;

  private LabelTable() {}

  /** The number of entry {@code index}; {@link #NONE} outside the table too. */
  public static int at(int index, String table) {
    return Integer.compareUnsigned(index, table.length()) < 0 ? table.charAt(index) - FIRST : NONE;
  }

  /**
   * The number of the label at an address.
   *
   * @param target whose lowest bit is ignored, as JALR does
   * @param first address that the table's first entry stands for; a half-word each
   */
  public static int at(long target, long first, String table) {
    long index = (target & ~1L) - first >> 1;
    return Long.compareUnsigned(index, table.length()) < 0
        ? table.charAt((int) index) - FIRST
        : NONE;
  }
}
