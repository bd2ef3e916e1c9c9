package org.capvm.runtime.capability;

/**
 * Object types ("otypes"), 18 bits: what a capability is sealed with (CHERI ISAv9, section 3.4).
 */
public final class ObjectType {
  public static final int UNSEALED = 0x3ffff;

  /** A sealed entry, which jumps unseal. */
  public static final int SENTRY = 0x3fffe;

  /** The largest type that CSeal gives; those above have a meaning of their own. */
  public static final int LARGEST_ORDINARY = 0x3fffb;

  static final int MASK = 0x3ffff;

  private ObjectType() {}

  /** Whether CSeal can give this type, and CUnseal takes it away. */
  public static boolean isOrdinary(int type) {
    return type <= LARGEST_ORDINARY;
  }

  /** The value that CGetType and CCopyType give: the reserved types are negative. */
  public static long signed(int type) {
    return isOrdinary(type) ? type : type - 0x40000L;
  }
}
