package org.capvm.testsuite.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Damages a file in one of its parts, as a seed says. */
final class Mutator {
  private static final int MOST_CHANGES = 6;
  private static final int LONGEST_COPY = 64;

  private final RandomGenerator random;
  private final Seed seed;
  private final byte[] content;
  private final ByteBuffer buffer;

  private Mutator(Seed seed, RandomGenerator random) {
    this.random = random;
    this.seed = seed;
    content = seed.content().clone();
    buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A damaged copy. */
  static byte[] mutate(Seed seed, ElfPart part, RandomGenerator random) {
    Mutator mutator = new Mutator(seed, random);
    int changes = 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes; i++) {
      mutator.change(part);
    }
    // A file that ends too early damages whatever lay behind.
    return part == ElfPart.HEADERS && random.nextInt(20) == 0
        ? Arrays.copyOf(mutator.content, random.nextInt(mutator.content.length))
        : mutator.content;
  }

  private void change(ElfPart part) {
    List<ElfPart.Range> ranges = seed.parts().get(part);
    ElfPart.Range range = ranges.get(random.nextInt(ranges.size()));
    int at = range.start() + random.nextInt(range.size());
    switch (random.nextInt(part == ElfPart.CODE ? 8 : 6)) {
      case 0 -> content[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> content[at] = (byte) random.nextInt();
      case 2 -> setField(range, at, value());
      case 3 -> addToField(range, at, random.nextInt(-64, 65));
      case 4 -> addToField(range, at, (long) random.nextInt(-8, 9) * 4096);
      case 5 -> copy(range, at);
      default -> setInstruction(range, at);
    }
  }

  /** A field of 2, 4 or 8 bytes, aligned in its table. */
  private void setField(ElfPart.Range range, int at, long value) {
    int size = 2 << random.nextInt(3);
    int start = range.start() + (at - range.start()) / size * size;
    if (start + size <= range.end()) {
      put(start, size, value);
    }
  }

  private void addToField(ElfPart.Range range, int at, long delta) {
    int size = 2 << random.nextInt(3);
    int start = range.start() + (at - range.start()) / size * size;
    if (start + size <= range.end()) {
      put(start, size, get(start, size) + delta);
    }
  }

  private long get(int at, int size) {
    return switch (size) {
      case 2 -> buffer.getShort(at);
      case 4 -> buffer.getInt(at);
      default -> buffer.getLong(at);
    };
  }

  private void put(int at, int size, long value) {
    switch (size) {
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
  }

  /** Numbers that sizes, offsets, addresses and counts do not expect. */
  private long value() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> random.nextInt(1, 32);
      case 3 -> (1L << random.nextInt(64)) + random.nextInt(-2, 3);
      case 4 -> -(1L << random.nextInt(64));
      case 5 -> content.length + random.nextInt(-64, 65);
      case 6 -> get(random.nextInt(content.length / 8) * 8, 8);
      default -> random.nextLong();
    };
  }

  private void copy(ElfPart.Range range, int at) {
    int length = Math.min(1 + random.nextInt(LONGEST_COPY), range.end() - at);
    int from = random.nextInt(content.length - length + 1);
    System.arraycopy(content, from, content, at, length);
  }

  /** A word that may be any instruction of 32 bits, or one or two of 16 bits. */
  private void setInstruction(ElfPart.Range range, int at) {
    int start = range.start() + (at - range.start()) / 2 * 2;
    if (start + 4 <= range.end()) {
      int word = random.nextInt();
      buffer.putInt(start, random.nextBoolean() ? word | 3 : word);
    }
  }
}
