package org.capvm.testsuite.fuzz.guided;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.isa.Decoder;
import org.capvm.runtime.isa.Disassembler;
import org.capvm.runtime.isa.Instruction;

/** Encodings that are taken apart and put together again. */
final class Encodings {
  private Encodings() {}

  private static ByteBuffer buffer(byte[] input) {
    return ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Every word is an instruction of its length with a text, or none; in each mode. */
  static void instructions(byte[] input) {
    ByteBuffer words = buffer(input);
    while (words.remaining() >= 4) {
      int word = words.getInt();
      check(word, Decoder.decode(word));
      check(word, Decoder.decodeXcheri(word, false));
      check(word, Decoder.decodeXcheri(word, true));
    }
  }

  private static void check(int word, Instruction instruction) {
    assertEquals(Decoder.length(word), instruction.length());
    String text = Disassembler.text(instruction, 0x1000);
    assertFalse(text.isBlank(), () -> Integer.toHexString(word));
  }

  /**
   * A capability in memory keeps its 16 bytes; one made of a base and a length covers them;
   * wherever it moves with its tag, memory gives its bounds back.
   */
  static void capabilities(byte[] input) {
    ByteBuffer words = buffer(input);
    while (words.remaining() >= 24) {
      long base = words.getLong();
      long length = words.getLong();
      long other = words.getLong();
      Capability read = Capability.fromMemory(true, base, length);
      assertEquals(base, read.metadataWord());
      assertEquals(length, read.address());
      if (Long.compareUnsigned(base + length, base) < 0) {
        continue;
      }
      Capability made = Capability.ROOT.withAddress(base).withLength(length);
      assertTrue(made.covers(base, length), made::toString);
      assertTrue(Capability.ROOT.coversBoundsOf(made), made::toString);
      checkMoved(made, made.withAddress(other));
      checkMoved(made, made.plus(other));
    }
  }

  private static void checkMoved(Capability from, Capability to) {
    if (to.isTagged()) {
      Capability read = Capability.fromMemory(true, to.metadataWord(), to.address());
      assertEquals(from.base(), read.base(), to::toString);
      assertEquals(from.top(), read.top(), to::toString);
      assertEquals(from.topCarry(), read.topCarry(), to::toString);
    }
  }
}
