package org.capvm.runtime.capability;

/**
 * The permission bits of a capability, as CGetPerm and CAndPerm number them (CHERI ISAv9, table
 * 3.1).
 */
public final class Permissions {
  public static final int GLOBAL = 1;
  public static final int EXECUTE = 1 << 1;
  public static final int LOAD = 1 << 2;
  public static final int STORE = 1 << 3;
  public static final int LOAD_CAPABILITY = 1 << 4;
  public static final int STORE_CAPABILITY = 1 << 5;
  public static final int STORE_LOCAL_CAPABILITY = 1 << 6;
  public static final int SEAL = 1 << 7;
  public static final int INVOKE = 1 << 8;
  public static final int UNSEAL = 1 << 9;
  public static final int ACCESS_SYSTEM_REGISTERS = 1 << 10;
  public static final int SET_COMPARTMENT_ID = 1 << 11;

  /** The four permissions that software gives a meaning. */
  public static final int USER = 0xf << 15;

  /** Every permission there is. */
  public static final int ALL = USER | 0xfff;

  private static final int HARDWARE_SHIFT = 48;
  private static final int HARDWARE_MASK = 0xfff;
  private static final int USER_SHIFT = 60;
  private static final int USER_FIRST = 15;

  /** The metadata bits that hold permissions. */
  static final long FIELDS = 0xffffL << HARDWARE_SHIFT;

  private Permissions() {}

  /** From metadata to the numbering of CGetPerm. */
  static int of(long metadata) {
    return (int) (metadata >>> HARDWARE_SHIFT) & HARDWARE_MASK
        | (int) (metadata >>> USER_SHIFT) << USER_FIRST;
  }

  /** From the numbering of CGetPerm to metadata; bits that are no permission are dropped. */
  static long fields(long permissions) {
    return (permissions & HARDWARE_MASK) << HARDWARE_SHIFT
        | (permissions >>> USER_FIRST) << USER_SHIFT;
  }
}
