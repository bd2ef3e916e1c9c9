package org.capvm.runtime.memory;

import jdk.internal.misc.Unsafe;

/**
 * Guest memory accesses without a bounds check of their own: one range check serves many of them.
 *
 * <p>Generated code may call an accessor only by this rule, which a checker of its own holds every
 * generated class to:
 *
 * <ol>
 *   <li>The host address is in a local, the <em>base</em>, whose definition is the result of a
 *       range check: {@link #host}, or another method documented as one.
 *   <li>The access is dominated by the test that the base is not 0, and neither the base nor a
 *       local that the proof of the offset rests on is written between that test and the access.
 *   <li>The offset {@code k} is a constant, or a value that dominating compares keep in bounds, so
 *       that {@code [k, k + size of the access)} lies within the range that was checked.
 * </ol>
 *
 * <p>What the range check has proven stays true: a window's bounds never change, and its memory is
 * unmapped only when nothing refers to it any more. The accesses are plain, as those of {@link
 * Memory}.
 */
public final class InRangeMemory {
  private static final Unsafe U = Unsafe.getUnsafe();

  /**
   * Its element is always 0, which C2 cannot know: so it cannot know either that stores and loads
   * of one base meet, and does not replace a load by the hart's own store when another hart's may
   * have come between (see {@code Window.lowBaseOfStores}).
   */
  static final long[] OFFSET_OF_STORES = {0};

  private InRangeMemory() {}

  /**
   * The range check.
   *
   * @param address guest address of the first byte
   * @param length in bytes; not even a negative one is in range by accident
   * @return the host address of the first byte when all of {@code [address, address + length)} lies
   *     in the window, otherwise 0
   */
  public static long host(Window w, long address, long length) {
    long offset = address - Window.LOW;
    // One compare each: a length in [0, limit], then a first byte that leaves room for it.
    if (Long.compareUnsigned(length, w.limit) > 0
        || Long.compareUnsigned(offset, w.limit - length) > 0) {
      return 0;
    }
    return w.lowBase + offset;
  }

  public static byte loadByte(long base, long k) {
    return LoadOrder.kept(U.getByte(base + k));
  }

  public static int loadUnsignedByte(long base, long k) {
    return LoadOrder.kept(U.getByte(base + k) & 0xff);
  }

  public static void storeByte(long base, long k, byte value) {
    U.putByte(base + k + OFFSET_OF_STORES[0], value);
  }

  public static short loadShort(long base, long k) {
    return LoadOrder.kept(U.getShort(base + k));
  }

  public static int loadUnsignedShort(long base, long k) {
    return LoadOrder.kept(U.getChar(base + k));
  }

  public static void storeShort(long base, long k, short value) {
    U.putShort(base + k + OFFSET_OF_STORES[0], value);
  }

  public static int loadInt(long base, long k) {
    return LoadOrder.kept(U.getInt(base + k));
  }

  public static long loadUnsignedInt(long base, long k) {
    return LoadOrder.kept(U.getInt(base + k) & 0xffffffffL);
  }

  public static void storeInt(long base, long k, int value) {
    U.putInt(base + k + OFFSET_OF_STORES[0], value);
  }

  public static long loadLong(long base, long k) {
    return LoadOrder.kept(U.getLong(base + k));
  }

  public static void storeLong(long base, long k, long value) {
    U.putLong(base + k + OFFSET_OF_STORES[0], value);
  }

  public static float loadFloat(long base, long k) {
    return LoadOrder.kept(U.getFloat(base + k));
  }

  public static void storeFloat(long base, long k, float value) {
    U.putFloat(base + k + OFFSET_OF_STORES[0], value);
  }

  public static double loadDouble(long base, long k) {
    return LoadOrder.kept(U.getDouble(base + k));
  }

  public static void storeDouble(long base, long k, double value) {
    U.putDouble(base + k + OFFSET_OF_STORES[0], value);
  }
}
