package org.capvm.runtime.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompressedBoundsTest {
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  private static BigInteger top(Capability c) {
    return unsigned(c.top()).add(c.topCarry() == 0 ? BigInteger.ZERO : TWO_64);
  }

  /** A length or address whose size is as likely small as large. */
  private static long value(Random random) {
    return random.nextLong() >>> random.nextInt(64);
  }

  @Test
  void boundsAreRoundedOutwardsAndByLessThanAnEighthOfAPercent() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000_000; i++) {
      long base = value(random);
      long length = value(random);
      BigInteger end = unsigned(base).add(unsigned(length));
      if (end.compareTo(TWO_64) > 0) {
        continue;
      }
      Capability c = Capability.ROOT.withAddress(base).withLength(length);
      BigInteger slack = unsigned(base).subtract(unsigned(c.base())).add(top(c).subtract(end));
      assertTrue(unsigned(c.base()).compareTo(unsigned(base)) <= 0, () -> "base of " + c);
      assertTrue(top(c).compareTo(end) >= 0, () -> "top of " + c);
      assertTrue(
          slack.shiftLeft(9).compareTo(unsigned(length).shiftLeft(1)) <= 0, () -> "slack of " + c);
      assertEquals(
          slack.signum() == 0, Capability.ROOT.withAddress(base).isExact(length), c::toString);
      assertTrue(c.isCanonical(), c::toString);
    }
  }

  /** Translated code moves addresses there without asking, from wherever they are. */
  @Test
  void boundsAndTheirEndCanBeMovedToFromAnyAddress() {
    Random random = new Random(4);
    int moves = 0;
    for (int i = 0; i < 300_000; i++) {
      Capability c = Capability.ROOT.withAddress(value(random)).withLength(value(random));
      if (!c.isOrdered() || c.topCarry() != 0 && c.top() != 0) {
        continue;
      }
      long length = c.top() - c.base();
      long away = c.base() + (random.nextLong() % (length / 2 + 2) * 3);
      Capability from = c.withAddress(away);
      for (long to :
          new long[] {c.base(), c.top(), c.base() + (random.nextLong() >>> 1) % (length | 1)}) {
        if (from.mayMoveTo(to)) {
          moves++;
          assertTrue(from.plus(to - away).isTagged(), () -> from + " to " + to);
          assertTrue(from.withAddress(to).isTagged(), () -> from + " to " + to);
        }
      }
    }
    assertTrue(moves > 100_000, "only " + moves);
  }

  @Test
  void shortLengthsAreExactEverywhere() {
    Random random = new Random(2);
    for (int length = 0; length < 4096; length++) {
      long base = random.nextLong() & Long.MAX_VALUE;
      Capability c = Capability.ROOT.withAddress(base).withLength(length);
      assertEquals(base, c.base());
      assertEquals(base + length, c.top());
    }
  }

  @Test
  void roundedLengthsWithAlignedBasesAreExact() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000_000; i++) {
      long length = value(random) >>> 1;
      long rounded = CompressedBounds.roundedLength(length);
      long base = value(random) >>> 1 & CompressedBounds.alignmentMask(length);
      assertTrue(Long.compareUnsigned(rounded, length) >= 0);
      assertTrue(
          Capability.ROOT.withAddress(base).isExact(rounded),
          () -> Long.toHexString(base) + " + " + Long.toHexString(rounded));
    }
  }

  @Test
  void theFastCheckNeverAllowsWhatThePreciseOneRefuses() {
    Random random = new Random(4);
    for (int i = 0; i < 1_000_000; i++) {
      Capability c = Capability.ROOT.withAddress(value(random)).withLength(value(random));
      long increment = random.nextBoolean() ? value(random) : -value(random);
      Capability moved = c.plus(increment);
      if (moved.isTagged()) {
        assertTrue(c.withAddress(c.address() + increment).isTagged(), c::toString);
        assertEquals(c.base(), moved.base());
        assertEquals(c.top(), moved.top());
        assertEquals(c.topCarry(), moved.topCarry());
      }
    }
  }

  @Test
  void theRootCoversEverything() {
    assertEquals(0, Capability.ROOT.base());
    assertEquals(0, Capability.ROOT.top());
    assertEquals(1, Capability.ROOT.topCarry());
    assertEquals(-1, Capability.ROOT.length());
    assertTrue(Capability.ROOT.covers(-1, 1));
    assertTrue(!Capability.ROOT.covers(-1, 2));
  }
}
