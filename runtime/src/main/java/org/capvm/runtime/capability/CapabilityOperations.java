package org.capvm.runtime.capability;

/**
 * What the capability manipulation instructions compute (CHERI ISAv9, chapter 8).
 *
 * <p>An invalid manipulation gives an untagged result in ISAv9, whose other fields are what the
 * operation computes, and throws {@link CapabilityFault} in ISAv8; the conditions are listed in the
 * order in which ISAv8 reports them. {@code r1} and {@code r2} are the numbers of the registers
 * that the operands come from.
 */
public final class CapabilityOperations {
  private CapabilityOperations() {}

  /** CSetBounds, CSetBoundsImm and CSetBoundsExact. */
  public static Capability setBounds(
      Dialect d, Capability c, int r1, long length, boolean exactly) {
    boolean valid =
        isUnsealed(d, c, r1)
            && d.requires(c.covers(c.address(), length), CapabilityCause.LENGTH, r1)
            && d.requires(!exactly || c.isExact(length), CapabilityCause.INEXACT_BOUNDS, r1);
    return c.withLength(length).taggedIf(valid);
  }

  /** CAndPerm. */
  public static Capability andPermissions(Dialect d, Capability c, int r1, long permissions) {
    boolean valid = isUnsealed(d, c, r1);
    return c.withPermissions(permissions).taggedIf(valid);
  }

  /** CSetFlags. */
  public static Capability setFlags(Dialect d, Capability c, int r1, long flags) {
    boolean valid = isMovable(d, c, r1);
    return c.withFlags(flags).taggedIf(valid);
  }

  /** CSetAddr. */
  public static Capability setAddress(Dialect d, Capability c, int r1, long address) {
    boolean valid = isMovable(d, c, r1);
    return c.withAddress(address).taggedIf(valid);
  }

  /** CIncOffset and CIncOffsetImm. */
  public static Capability incrementOffset(Dialect d, Capability c, int r1, long increment) {
    boolean valid = isMovable(d, c, r1);
    return c.plus(increment).taggedIf(valid);
  }

  /** CSetOffset. */
  public static Capability setOffset(Dialect d, Capability c, int r1, long offset) {
    boolean valid = isMovable(d, c, r1);
    return c.plus(offset - getOffset(c)).taggedIf(valid);
  }

  /** CSealEntry. */
  public static Capability sealEntry(Dialect d, Capability c, int r1) {
    boolean valid = isUnsealed(d, c, r1);
    return c.withType(ObjectType.SENTRY).taggedIf(valid);
  }

  /** CSeal: the type is the address of the authority. */
  public static Capability seal(Dialect d, Capability c, int r1, Capability authority, int r2) {
    long type = authority.address();
    boolean valid =
        d.requires(authority.isTagged(), CapabilityCause.TAG, r2)
            && d.requires(c.isTagged(), CapabilityCause.TAG, r1)
            && d.requires(!c.isSealed(), CapabilityCause.SEAL, r1)
            && d.requires(!authority.isSealed(), CapabilityCause.SEAL, r2)
            && d.requires(authority.permits(Permissions.SEAL), CapabilityCause.SEAL_PERMISSION, r2)
            && d.requires(
                authority.covers(type, 1) && isOrdinaryType(type), CapabilityCause.LENGTH, r2);
    return c.withType(type).taggedIf(valid);
  }

  /** CCSeal: leaves alone what is sealed, or whose authority says so. */
  public static Capability conditionalSeal(
      Dialect d, Capability c, int r1, Capability authority, int r2) {
    if (!authority.isTagged()) {
      return c;
    }
    d.requires(c.isTagged(), CapabilityCause.TAG, r1);
    boolean leavesAlone =
        c.isTagged()
            && (c.isSealed()
                || authority.address() == -1
                || !authority.covers(authority.address(), 1));
    return leavesAlone ? c : seal(d, c, r1, authority, r2);
  }

  /** CUnseal. */
  public static Capability unseal(Dialect d, Capability c, int r1, Capability authority, int r2) {
    long type = c.type();
    boolean valid =
        d.requires(c.isTagged(), CapabilityCause.TAG, r1)
            && d.requires(authority.isTagged(), CapabilityCause.TAG, r2)
            && d.requires(c.isSealed(), CapabilityCause.SEAL, r1)
            && d.requires(!authority.isSealed(), CapabilityCause.SEAL, r2)
            && d.requires(ObjectType.isOrdinary(c.type()), CapabilityCause.TYPE, r1)
            && d.requires(authority.address() == type, CapabilityCause.TYPE, r2)
            && d.requires(authority.permits(Permissions.UNSEAL), CapabilityCause.UNSEAL, r2)
            && d.requires(authority.covers(authority.address(), 1), CapabilityCause.LENGTH, r2);
    Capability result = c.unsealed();
    if (!authority.permits(Permissions.GLOBAL)) {
      result = result.withPermissions(~(long) Permissions.GLOBAL);
    }
    return result.taggedIf(valid);
  }

  /** CBuildCap: a tag for the bits of an untagged capability, where an authority has as much. */
  public static Capability build(Dialect d, Capability authority, int r1, Capability bits, int r2) {
    boolean valid =
        d.requires(authority.isTagged(), CapabilityCause.TAG, r1)
            && d.requires(!authority.isSealed(), CapabilityCause.SEAL, r1)
            && d.requires(authority.coversBoundsOf(bits), CapabilityCause.LENGTH, r1)
            && d.requires(bits.isOrdered(), CapabilityCause.LENGTH, r2)
            && d.requires(
                authority.permits(bits.permissions()), CapabilityCause.USER_PERMISSION, r1)
            && d.requires(!bits.hasReservedBits(), CapabilityCause.LENGTH, r2)
            && bits.isCanonical();
    Capability result = bits.isSentry() ? bits : bits.unsealed();
    return valid ? result.tagged() : result.untagged();
  }

  /** CCopyType: the type of one capability as the address of another. */
  public static Capability copyType(Dialect d, Capability c, int r1, Capability typed, int r2) {
    d.requires(c.isTagged(), CapabilityCause.TAG, r1);
    d.requires(!c.isSealed(), CapabilityCause.SEAL, r1);
    long type = ObjectType.signed(typed.type());
    boolean ordinary = ObjectType.isOrdinary(typed.type());
    if (!ordinary && d == Dialect.XCHERI_V8) {
      return Capability.integer(type);
    }
    boolean valid =
        isMovable(d, c, r1)
            && d.requires(c.covers(type, 1), CapabilityCause.LENGTH, r1)
            && ordinary;
    return c.withAddress(type).taggedIf(valid);
  }

  /** CFromPtr: an integer relative to a capability's base; 0 is NULL. */
  public static Capability fromPointer(Dialect d, Capability c, int r1, long pointer) {
    if (pointer == 0) {
      return Capability.NULL;
    }
    boolean valid = isUnsealed(d, c, r1);
    return c.withAddress(c.base() + pointer).taggedIf(valid);
  }

  /** CToPtr: a capability as an integer relative to another's base; untagged is 0. */
  public static long toPointer(Dialect d, Capability c, Capability relativeTo, int r2) {
    d.requires(relativeTo.isTagged(), CapabilityCause.TAG, r2);
    return c.isTagged() ? c.address() - relativeTo.base() : 0;
  }

  /** CTestSubset: whether bounds and permissions of the second lie within the first's. */
  public static boolean isSubset(Capability c, Capability of) {
    return c.isTagged() == of.isTagged() && c.coversBoundsOf(of) && c.permits(of.permissions());
  }

  /** CGetOffset. */
  public static long getOffset(Capability c) {
    return c.address() - c.base();
  }

  private static boolean isOrdinaryType(long type) {
    return Long.compareUnsigned(type, ObjectType.LARGEST_ORDINARY) <= 0;
  }

  private static boolean isUnsealed(Dialect d, Capability c, int register) {
    return d.requires(c.isTagged(), CapabilityCause.TAG, register)
        && d.requires(!c.isSealed(), CapabilityCause.SEAL, register);
  }

  /** Addresses and flags of untagged capabilities may be changed freely in ISAv8, too. */
  private static boolean isMovable(Dialect d, Capability c, int register) {
    return d.requires(!c.isTagged() || !c.isSealed(), CapabilityCause.SEAL, register);
  }
}
