package org.capvm.runtime.capability;

import java.util.HexFormat;

/**
 * A capability, tagged or not: an immutable value with its bounds decoded.
 *
 * <p>Any 128 bits are a capability. In memory, word 0 is the address and word 1 the metadata, which
 * is stored exclusive-or {@link #NULL_MASK} so that NULL is all zeroes. The format is CC128 of
 * CHERI ISAv9, appendix E.
 */
public final class Capability {
  /** What the metadata word of NULL is exclusive-ored with. */
  public static final long NULL_MASK = 0x0000_1fff_fc01_8004L;

  /** Bytes of a capability in memory, and of the granule that a tag belongs to. */
  public static final int SIZE = 16;

  private static final int TYPE_SHIFT = 27;
  private static final int FLAG_SHIFT = 45;
  private static final long RESERVED = 3L << 46;

  /** No permissions, all of the address space, address 0, untagged. */
  public static final Capability NULL = integer(0);

  /** All permissions over all of the address space, in integer mode, at address 0. */
  public static final Capability ROOT = fromMemory(true, 0xffffL << 48, 0);

  private final boolean tag;

  /** A byte, so that what a load from memory looks at lies close together. */
  private final byte topCarry;

  private final long metadata;
  private final long address;
  private final long base;
  private final long top;

  /**
   * How many addresses from base on need no further check to be moved to, unsigned: those within
   * the bounds and, unless it is 2^64, the end, which every encoding can represent.
   */
  private final long movable;

  /** Bytes from base that may be loaded, none where a load would fault; at most 2^63 - 1. */
  private final long loadable;

  /** Bytes from base that integers may be stored to; at most 2^63 - 1. */
  private final long storable;

  private Capability(boolean tag, long metadata, long address, long base, long top, int topCarry) {
    this.tag = tag;
    this.metadata = metadata;
    this.address = address;
    this.base = base;
    this.top = top;
    this.topCarry = (byte) topCarry;
    boolean usable = tag && type() == ObjectType.UNSEALED && isOrdered();
    long bytes = length();
    long reach = bytes < 0 ? Long.MAX_VALUE : bytes;
    this.movable = !usable ? 0 : topCarry == 0 ? bytes + 1 : bytes;
    this.loadable = usable && permits(Permissions.LOAD) ? reach : 0;
    this.storable = usable && permits(Permissions.STORE) ? reach : 0;
  }

  /** Another one but for the address, which its encoding can represent. */
  private Capability(Capability other, long address) {
    this.tag = other.tag;
    this.metadata = other.metadata;
    this.address = address;
    this.base = other.base;
    this.top = other.top;
    this.topCarry = other.topCarry;
    this.movable = other.movable;
    this.loadable = other.loadable;
    this.storable = other.storable;
  }

  private static Capability decode(boolean tag, long metadata, long address) {
    return new Capability(
        tag,
        metadata,
        address,
        CompressedBounds.base(metadata, address),
        CompressedBounds.top(metadata, address),
        CompressedBounds.topCarry(metadata, address));
  }

  /** The capability that 128 bits of memory and a tag stand for. */
  public static Capability fromMemory(boolean tag, long metadataWord, long address) {
    return decode(tag, metadataWord ^ NULL_MASK, address);
  }

  /** An integer in a capability register: NULL with that address. */
  public static Capability integer(long value) {
    return new Capability(false, NULL_MASK, value, 0, 0, 1);
  }

  // Fields -------------------------------------------------------------------------------------

  public boolean isTagged() {
    return tag;
  }

  /** Word 0 in memory. */
  public long address() {
    return address;
  }

  /** Word 1 in memory. */
  public long metadataWord() {
    return metadata ^ NULL_MASK;
  }

  /** The lowest address of the bounds. */
  public long base() {
    return base;
  }

  /** The low 64 bits of the first address above the bounds. */
  public long top() {
    return top;
  }

  /** Bit 64 of the first address above the bounds: 0 or 1. */
  public int topCarry() {
    return topCarry;
  }

  /** Bytes within the bounds: 2^64 - 1 for more than that, or where top is below base. */
  public long length() {
    int below = Long.compareUnsigned(top, base) < 0 ? 1 : 0;
    return topCarry == below ? top - base : -1L;
  }

  /** Bits of {@link Permissions}. */
  public int permissions() {
    return Permissions.of(metadata);
  }

  /** Whether all of some {@link Permissions} are there, each of which exists. */
  public boolean permits(int permissions) {
    long fields = Permissions.fields(permissions);
    return (metadata & fields) == fields;
  }

  /** Whether code under this PCC runs in capability mode. */
  public boolean isCapabilityMode() {
    return flags() != 0;
  }

  /** The flags field: bit 0 is capability mode. */
  public long flags() {
    return metadata >>> FLAG_SHIFT & 1;
  }

  /** The object type, 18 bits, see {@link ObjectType}. */
  public int type() {
    return (int) (metadata >>> TYPE_SHIFT) & ObjectType.MASK;
  }

  public boolean isSealed() {
    return type() != ObjectType.UNSEALED;
  }

  public boolean isSentry() {
    return type() == ObjectType.SENTRY;
  }

  /** Whether {@code size} bytes at an address lie within the bounds. */
  public boolean covers(long at, long size) {
    if (Long.compareUnsigned(at, base) < 0) {
      return false;
    }
    long end = at + size;
    int endCarry = Long.compareUnsigned(end, at) < 0 ? 1 : 0;
    return !isAbove(end, endCarry, top, topCarry);
  }

  /** Whether the bounds of another capability lie within these. */
  public boolean coversBoundsOf(Capability other) {
    return Long.compareUnsigned(other.base, base) >= 0
        && !isAbove(other.top, other.topCarry, top, topCarry);
  }

  private static boolean isAbove(long a, int aCarry, long b, int bCarry) {
    return aCarry != bCarry ? aCarry > bCarry : Long.compareUnsigned(a, b) > 0;
  }

  /**
   * Whether a load passes every check of its authority: tag, seal, permission and bounds. Never
   * true without reason; false for some accesses more than 2^63 bytes above the base, too.
   *
   * @param size in bytes, positive
   */
  public boolean allowsLoad(long at, int size) {
    long offset = at - base;
    return offset >= 0 && offset <= loadable - size;
  }

  /** {@link #allowsLoad} for a store of an integer. */
  public boolean allowsStore(long at, int size) {
    long offset = at - base;
    return offset >= 0 && offset <= storable - size;
  }

  /**
   * Whether the address may be changed to another within the bounds or to their end, which no check
   * refuses. False for untagged and sealed capabilities.
   */
  public boolean mayMoveTo(long to) {
    return Long.compareUnsigned(to - base, movable) < 0;
  }

  /**
   * How many steps of a walk pass every check of the authority of loads. Never more without reason;
   * fewer for some walks more than 2^63 bytes above the base, too.
   *
   * @param at address of the first byte of the first step
   * @param span bytes that each step may touch, from 1 to 2^31
   * @param stride from a step to the next, in bytes, between -2^31 and 2^31
   * @param most steps that are asked for
   */
  public int loadSteps(long at, long span, long stride, int most) {
    return steps(at - base, loadable, span, stride, most);
  }

  /** {@link #loadSteps} for stores of integers. */
  public int storeSteps(long at, long span, long stride, int most) {
    return steps(at - base, storable, span, stride, most);
  }

  /**
   * How many steps of a walk leave what is held of a register as it is: {@link #mayMoveTo} for all
   * of {@code [at, at + span)}, moved by {@code stride} from a step to the next.
   */
  public int moveSteps(long at, long span, long stride, int most) {
    return steps(at - base, movable < 0 ? Long.MAX_VALUE : movable, span, stride, most);
  }

  private static int steps(long offset, long limit, long span, long stride, int most) {
    if (offset < 0 || offset > limit - span) {
      return 0;
    }
    if (stride == 0) {
      return most;
    }
    long further = stride > 0 ? (limit - span - offset) / stride : offset / -stride;
    return further < most ? (int) further + 1 : most;
  }

  // Derived capabilities -----------------------------------------------------------------------

  /** The same with the tag kept only if a condition holds. */
  public Capability taggedIf(boolean condition) {
    return condition || !tag ? this : new Capability(false, metadata, address, base, top, topCarry);
  }

  public Capability untagged() {
    return taggedIf(false);
  }

  /** The same 128 bits with a tag: only for those who have proven that it may be had. */
  Capability tagged() {
    return tag ? this : new Capability(true, metadata, address, base, top, topCarry);
  }

  private Capability withMetadata(long changed) {
    return new Capability(tag, changed, address, base, top, topCarry);
  }

  /**
   * What a register holds whose address is kept apart, as in translated code.
   *
   * @param held NULL for an integer; otherwise the same but for its address, which is another only
   *     where every encoding can represent it: within the bounds, or their end
   * @param address of the capability
   */
  public static Capability inRegister(Capability held, long address) {
    if (held.address == address) {
      return held;
    }
    return held == NULL ? integer(address) : held.withAddress(address);
  }

  /**
   * Whether this is a sentry that differs from another one in nothing but the address: bounds,
   * permissions and flags are the same.
   */
  public boolean isSameSentry(Capability sentry) {
    return tag
        && metadata == sentry.metadata
        && base == sentry.base
        && top == sentry.top
        && topCarry == sentry.topCarry;
  }

  /** Another address; untagged where the bounds do not survive it. */
  public Capability withAddress(long to) {
    if (tag && (covers(to, 1) || CompressedBounds.isRepresentable(metadata, address, to))) {
      return new Capability(this, to);
    }
    return decode(false, metadata, to);
  }

  /**
   * The address increased; untagged where the bounds do not survive it, or where hardware cannot
   * tell fast enough that they do.
   */
  public Capability plus(long increment) {
    long to = address + increment;
    if (tag
        && (covers(to, 1) || CompressedBounds.isRepresentableFast(metadata, address, increment))) {
      return new Capability(this, to);
    }
    return decode(false, metadata, to);
  }

  /**
   * Bounds {@code [address, address + length)}, rounded outwards where the format cannot express
   * them; whether they may be had is not checked.
   */
  public Capability withLength(long length) {
    CompressedBounds.Encoding bounds = CompressedBounds.encode(address, length, 0);
    return decode(tag, metadata & ~CompressedBounds.FIELDS | bounds.fields(), address);
  }

  /** Whether {@link #withLength} would not round. */
  public boolean isExact(long length) {
    return CompressedBounds.encode(address, length, 0).exact();
  }

  /** Whether top is not below base, which arbitrary bits can say. */
  boolean isOrdered() {
    return topCarry >= (Long.compareUnsigned(top, base) < 0 ? 1 : 0);
  }

  /** Whether the bounds fields are what encoding the bounds gives. */
  boolean isCanonical() {
    int below = Long.compareUnsigned(top, base) < 0 ? 1 : 0;
    if (!isOrdered()) {
      return false;
    }
    long fields = CompressedBounds.encode(base, top - base, topCarry - below).fields();
    return fields == (metadata & CompressedBounds.FIELDS);
  }

  /** The permissions that are also in a set. */
  public Capability withPermissions(long set) {
    return withMetadata(metadata & (~Permissions.FIELDS | Permissions.fields(set)));
  }

  /** Flags replaced; only bit 0 exists. */
  public Capability withFlags(long flags) {
    return withMetadata(metadata & ~(1L << FLAG_SHIFT) | (flags & 1) << FLAG_SHIFT);
  }

  /** The type replaced by the low 18 bits of a value. */
  public Capability withType(long type) {
    long mask = (long) ObjectType.MASK << TYPE_SHIFT;
    return withMetadata(metadata & ~mask | type << TYPE_SHIFT & mask);
  }

  public Capability unsealed() {
    return withType(ObjectType.UNSEALED);
  }

  /** Untagged, with another metadata word in the form that memory holds. */
  public Capability withMetadataWord(long word) {
    return fromMemory(false, word, address);
  }

  boolean hasReservedBits() {
    return (metadata & RESERVED) != 0;
  }

  // Identity -----------------------------------------------------------------------------------

  /** Whether all 129 bits are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Capability c
        && tag == c.tag
        && metadata == c.metadata
        && address == c.address;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(metadata * 31 + address) * 2 + (tag ? 1 : 0);
  }

  /**
   * For people, as CHERI software prints capabilities: {@code 0x10230 [rwRW,0x10000-0x20000]}, with
   * the permissions to load, store and execute in small letters and those to load and store
   * capabilities in capital ones, and behind it what keeps it from being used.
   */
  public String notation() {
    String upper = topCarry == 0 ? Long.toHexString(top) : "1%016x".formatted(top);
    StringBuilder text = new StringBuilder();
    text.append("0x%x [".formatted(address));
    text.append(permits(Permissions.LOAD) ? "r" : "");
    text.append(permits(Permissions.STORE) ? "w" : "");
    text.append(permits(Permissions.EXECUTE) ? "x" : "");
    text.append(permits(Permissions.LOAD_CAPABILITY) ? "R" : "");
    text.append(permits(Permissions.STORE_CAPABILITY) ? "W" : "");
    text.append(",0x%x-0x%s]".formatted(base, upper));
    text.append(tag ? "" : " (invalid)");
    text.append(isSentry() ? " (sentry)" : isSealed() ? " (sealed)" : "");
    return text.toString();
  }

  /** Tag, metadata word and address as {@code 1:ffff000000000000:0000000080401000}. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return (tag ? "1:" : "0:") + hex.toHexDigits(metadataWord()) + ":" + hex.toHexDigits(address);
  }
}
