package org.capvm.runtime.capability;

/**
 * The bounds of a capability in the CC128 encoding: the fields IE, T and B of the metadata word,
 * which together with the address stand for a base of 64 bits and a top of 65 (CHERI ISAv9, section
 * 3.5, "CHERI Concentrate").
 *
 * <p>A 65-bit top is a pair of its low 64 bits and its bit 64 ({@code topCarry}, 0 or 1). All
 * methods take the metadata unmasked, see {@link Capability#NULL_MASK}, and use its low 27 bits.
 */
public final class CompressedBounds {
  /** Width of B and, with its two derived bits, of T. */
  static final int MANTISSA_WIDTH = 14;

  /** The largest exponent that means something: the mantissa then reaches bit 65. */
  static final int MAX_EXPONENT = 52;

  private static final int MANTISSA_MASK = (1 << MANTISSA_WIDTH) - 1;
  private static final int INTERNAL_EXPONENT = 1 << 26;
  private static final int TOP_SHIFT = 14;
  private static final int TOP_MASK = 0xfff;

  /** Low bits of B and T that hold the exponent where it is internal. */
  private static final int EXPONENT_BITS = 3;

  private static final int EXPONENT_MASK = (1 << EXPONENT_BITS) - 1;

  /** The metadata bits that hold bounds. */
  static final long FIELDS = (1L << 27) - 1;

  private CompressedBounds() {}

  private static boolean isInternal(long metadata) {
    return (metadata & INTERNAL_EXPONENT) != 0;
  }

  /** The exponent, 0 to 52. */
  public static int exponent(long metadata) {
    if (!isInternal(metadata)) {
      return 0;
    }
    int high = (int) (metadata >>> TOP_SHIFT) & EXPONENT_MASK;
    int low = (int) metadata & EXPONENT_MASK;
    return Math.min(high << EXPONENT_BITS | low, MAX_EXPONENT);
  }

  private static int bottomMantissa(long metadata) {
    int b = (int) metadata & MANTISSA_MASK;
    return isInternal(metadata) ? b & ~EXPONENT_MASK : b;
  }

  private static int topMantissa(long metadata) {
    int b = bottomMantissa(metadata);
    int t = (int) (metadata >>> TOP_SHIFT) & TOP_MASK;
    int internal = 0;
    if (isInternal(metadata)) {
      t &= ~EXPONENT_MASK;
      internal = 1;
    }
    int carry = t < (b & TOP_MASK) ? 1 : 0;
    return ((b >>> 12) + carry + internal & 3) << 12 | t;
  }

  /** The bits of an address that the mantissas are compared with. */
  private static int middle(long address, int exponent) {
    return (int) (address >>> exponent) & MANTISSA_MASK;
  }

  /** Three bits below which a mantissa belongs to the upper half of the representable region. */
  private static int regionStart(int bottom) {
    return (bottom >>> 11) - 1 & 7;
  }

  /** Whether a mantissa wraps around the start of the representable region: 1 or 0. */
  private static int wraps(int mantissa, int regionStart) {
    return mantissa >>> 11 < regionStart ? 1 : 0;
  }

  /** {@code (upper : mantissa : 0^exponent)} modulo 2^64. */
  private static long assemble(long upper, int mantissa, int exponent) {
    int shift = exponent + MANTISSA_WIDTH;
    return (shift < 64 ? upper << shift : 0) | (long) mantissa << exponent;
  }

  private static long upper(long address, int exponent) {
    int shift = exponent + MANTISSA_WIDTH;
    return shift < 64 ? address >>> shift : 0;
  }

  /** The lowest address of the bounds. */
  public static long base(long metadata, long address) {
    int e = exponent(metadata);
    int b = bottomMantissa(metadata);
    int r = regionStart(b);
    int correction = wraps(b, r) - wraps(middle(address, e), r);
    return assemble(upper(address, e) + correction, b, e);
  }

  /** The low 64 bits of the first address above the bounds. */
  public static long top(long metadata, long address) {
    int e = exponent(metadata);
    int t = topMantissa(metadata);
    return assemble(topUpper(metadata, address, e, t), t, e);
  }

  private static long topUpper(long metadata, long address, int e, int t) {
    int r = regionStart(bottomMantissa(metadata));
    return upper(address, e) + wraps(t, r) - wraps(middle(address, e), r);
  }

  /** Bit 64 of the first address above the bounds. */
  public static int topCarry(long metadata, long address) {
    int e = exponent(metadata);
    int t = topMantissa(metadata);
    int shift = e + MANTISSA_WIDTH;
    int carry;
    if (shift <= 64) {
      carry = (int) (topUpper(metadata, address, e, t) >> (64 - shift)) & 1;
    } else {
      carry = t >>> (64 - e) & 1;
    }
    if (e < MAX_EXPONENT - 1) {
      int topBits = carry << 1 | (int) (top(metadata, address) >>> 63);
      int baseBit = (int) (base(metadata, address) >>> 63);
      if ((topBits - baseBit & 3) > 1) {
        carry ^= 1;
      }
    }
    return carry;
  }

  /** The bounds fields for a region, rounded outwards where the format cannot express it. */
  record Encoding(long fields, boolean exact) {}

  /**
   * Encodes the bounds {@code [base, base + length)}.
   *
   * @param lengthCarry bit 64 of the length: 1 for the whole address space, which has length 0 then
   */
  static Encoding encode(long base, long length, int lengthCarry) {
    int e = exponentFor(length, lengthCarry);
    long top = base + length;
    int topCarry = lengthCarry + (Long.compareUnsigned(top, base) < 0 ? 1 : 0);
    if (e == 0 && (length >>> 12 & 1) == 0) {
      long t = top & TOP_MASK;
      return new Encoding(t << TOP_SHIFT | base & MANTISSA_MASK, true);
    }
    if (overflows(base, top, topCarry, e)) {
      e++;
    }
    int shift = e + EXPONENT_BITS;
    long b = base >>> shift;
    long t = roundedTop(top, topCarry, shift);
    boolean exact = b << shift == base && t << shift == top;
    long fields =
        INTERNAL_EXPONENT
            | (t & 0x1ff) << EXPONENT_BITS + TOP_SHIFT
            | (long) (e >>> EXPONENT_BITS) << TOP_SHIFT
            | (b & 0x7ff) << EXPONENT_BITS
            | e & EXPONENT_MASK;
    return new Encoding(fields, exact);
  }

  private static int exponentFor(long length, int lengthCarry) {
    if (lengthCarry != 0) {
      return MAX_EXPONENT;
    }
    return 64 - Long.numberOfLeadingZeros(length >>> 13);
  }

  /** Whether rounding outwards makes the length too long for the exponent. */
  private static boolean overflows(long base, long top, int topCarry, int e) {
    if (e == MAX_EXPONENT) {
      return false;
    }
    int shift = e + EXPONENT_BITS;
    long granules = roundedTop(top, topCarry, shift) - (base >>> shift);
    return granules >>> MANTISSA_WIDTH - 1 - EXPONENT_BITS != 0;
  }

  /** A 65-bit number divided by 2^shift (3 to 55), rounded up. */
  private static long roundedTop(long top, int topCarry, int shift) {
    long floor = top >>> shift | (long) topCarry << 64 - shift;
    return (top & (1L << shift) - 1) != 0 ? floor + 1 : floor;
  }

  /**
   * The mask that a base must be aligned with for bounds of a length to be exact (CRAM). All ones
   * for lengths that are exact anywhere.
   */
  public static long alignmentMask(long length) {
    int e = exponentFor(length, 0);
    if (e == 0 && (length >>> 12 & 1) == 0) {
      return -1L;
    }
    if (overflows(0, length, 0, e)) {
      e++;
    }
    return -1L << e + EXPONENT_BITS;
  }

  /** A length rounded up to one that is exact with a suitably aligned base, modulo 2^64 (CRRL). */
  public static long roundedLength(long length) {
    long mask = alignmentMask(length);
    return length + ~mask & mask;
  }

  /**
   * Whether the same fields give the same bounds with another address: the precise check, of
   * CSetAddr and whatever writes an address.
   */
  static boolean isRepresentable(long metadata, long from, long to) {
    return base(metadata, from) == base(metadata, to)
        && top(metadata, from) == top(metadata, to)
        && topCarry(metadata, from) == topCarry(metadata, to);
  }

  /**
   * The check that hardware makes when it adds to an address (CIncOffset, CSetOffset): it refuses
   * some sums that {@link #isRepresentable} allows, and nothing that is within bounds.
   */
  static boolean isRepresentableFast(long metadata, long from, long increment) {
    int e = exponent(metadata);
    if (e >= 50) {
      return true;
    }
    long upper = increment >> e + MANTISSA_WIDTH;
    int i = middle(increment, e);
    int a = middle(from, e);
    int limit = regionStart(bottomMantissa(metadata)) << 11;
    if (upper == 0) {
      return i < (limit - a - 1 & MANTISSA_MASK);
    }
    return upper == -1 && i >= (limit - a & MANTISSA_MASK) && limit != a;
  }
}
