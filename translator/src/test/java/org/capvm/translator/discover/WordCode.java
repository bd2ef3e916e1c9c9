package org.capvm.translator.discover;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/** Code made of instruction words, followed by constants that cannot be executed. */
final class WordCode implements CodeBytes {
  static final long START = 0x1000;

  private final ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
  private int constants = Integer.MAX_VALUE;

  /** Appends a 32-bit instruction. */
  WordCode full(int bits) {
    bytes.putInt(bits);
    return this;
  }

  /** Appends a 16-bit instruction. */
  WordCode half(int bits) {
    bytes.putShort((short) bits);
    return this;
  }

  /** Appends a constant at the next multiple of four. */
  WordCode constant(int word) {
    bytes.position(bytes.position() + 3 & ~3);
    constants = Math.min(constants, bytes.position());
    bytes.putInt(word);
    return this;
  }

  long limit() {
    return START + bytes.position();
  }

  FunctionCode discover(long entry) {
    return Discovery.at(this, entry, START, limit()).orElseThrow();
  }

  @Override
  public int halfWord(long address) {
    long i = address - START;
    boolean code = i >= 0 && i + 2 <= Math.min(bytes.position(), constants);
    return code ? Short.toUnsignedInt(bytes.getShort((int) i)) : -1;
  }

  @Override
  public OptionalInt constantWord(long address) {
    long i = address - START;
    return i >= constants && i + 4 <= bytes.position()
        ? OptionalInt.of(bytes.getInt((int) i))
        : OptionalInt.empty();
  }
}
