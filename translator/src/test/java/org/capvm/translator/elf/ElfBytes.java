package org.capvm.translator.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Changes fields of ELF files. */
final class ElfBytes {
  private ElfBytes() {}

  private static ByteBuffer view(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void putShort(byte[] file, int offset, int value) {
    view(file).putShort(offset, (short) value);
  }

  static void putInt(byte[] file, int offset, int value) {
    view(file).putInt(offset, value);
  }

  static void putLong(byte[] file, int offset, long value) {
    view(file).putLong(offset, value);
  }

  /** The file offset of the program header number {@code i}. */
  static int programHeader(byte[] file, int i) {
    return (int) view(file).getLong(32) + 56 * i;
  }

  /** The number of the first program header of a type. */
  static int find(byte[] file, int type) {
    for (int i = 0; i < view(file).getShort(56); i++) {
      if (view(file).getInt(programHeader(file, i)) == type) {
        return i;
      }
    }
    throw new AssertionError("no such program header");
  }
}
