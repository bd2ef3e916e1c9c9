package org.capvm.translator.elf;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the target architecture from {@code .riscv.attributes} (RISC-V ELF psABI, "Attributes"). It
 * is a note for people and linkers; nothing depends on it, so damage means that it is absent.
 */
final class Attributes {
  private static final int FORMAT_VERSION = 'A';
  private static final int TAG_FILE = 1;
  private static final int TAG_ARCHITECTURE = 5;

  private final Bytes bytes;
  private final long limit;
  private long at;

  private Attributes(Bytes bytes, long offset, long limit) {
    this.bytes = bytes;
    this.at = offset;
    this.limit = limit;
  }

  /** The architecture string, such as {@code rv64i2p1_m2p0_...}. */
  static Optional<String> architecture(Bytes bytes, long offset, long size) {
    if (size < 1 || !bytes.has(offset, size) || bytes.u8(offset) != FORMAT_VERSION) {
      return Optional.empty();
    }
    return new Attributes(bytes, offset + 1, offset + size).architecture();
  }

  private Optional<String> architecture() {
    at += 4; // length of the vendor's subsection
    if (!"riscv".equals(string())) {
      return Optional.empty();
    }
    if (number() != TAG_FILE) {
      return Optional.empty();
    }
    at += 4; // length of the file's attributes
    while (at < limit) {
      // An odd tag has a string value, an even one a number.
      long tag = number();
      if (tag == TAG_ARCHITECTURE) {
        return Optional.of(string());
      } else if ((tag & 1) != 0) {
        string();
      } else {
        number();
      }
    }
    return Optional.empty();
  }

  private String string() {
    long start = at;
    while (at < limit && bytes.u8(at) != 0) {
      at++;
    }
    StringBuilder text = new StringBuilder();
    for (long i = start; i < at; i++) {
      text.append((char) bytes.u8(i));
    }
    at++;
    return new String(
        text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private long number() {
    long value = 0;
    int shift = 0;
    while (at < limit) {
      int b = bytes.u8(at++);
      value |= (long) (b & 0x7f) << shift;
      shift += 7;
      if ((b & 0x80) == 0) {
        break;
      }
    }
    return value;
  }
}
