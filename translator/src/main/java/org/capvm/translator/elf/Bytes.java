package org.capvm.translator.elf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Little-endian, bounds-checked reads from a file's content. */
final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] content;
  private final String file;

  Bytes(byte[] content, String file) {
    this.content = content;
    this.file = file;
  }

  String file() {
    return file;
  }

  int length() {
    return content.length;
  }

  ElfException problem(String text) {
    return new ElfException(file, text);
  }

  /** Whether {@code size} bytes at {@code offset} are in the file; for any values. */
  boolean has(long offset, long size) {
    return offset >= 0 && size >= 0 && offset <= content.length - size;
  }

  /** Throws unless {@code size} bytes at {@code offset} are in the file. */
  void require(long offset, long size, String what) throws ElfException {
    if (!has(offset, size)) {
      throw problem(
          String.format(
              "truncated or damaged: %s (%s bytes at offset 0x%x) lies outside the file of %d bytes",
              what, Long.toUnsignedString(size), offset, content.length));
    }
  }

  int u8(long offset, String what) throws ElfException {
    require(offset, 1, what);
    return content[(int) offset] & 0xff;
  }

  int u16(long offset, String what) throws ElfException {
    require(offset, 2, what);
    return (short) SHORT.get(content, (int) offset) & 0xffff;
  }

  int i32(long offset, String what) throws ElfException {
    require(offset, 4, what);
    return (int) INT.get(content, (int) offset);
  }

  long i64(long offset, String what) throws ElfException {
    require(offset, 8, what);
    return (long) LONG.get(content, (int) offset);
  }

  /** Reads without a message of its own; the caller has checked the range. */
  int u8(long offset) {
    return content[Math.toIntExact(offset)] & 0xff;
  }

  /** Reads without a message of its own; the caller has checked the range. */
  int u16(long offset) {
    return (short) SHORT.get(content, Math.toIntExact(offset)) & 0xffff;
  }

  /** Reads without a message of its own; the caller has checked the range. */
  int i32(long offset) {
    return (int) INT.get(content, Math.toIntExact(offset));
  }

  /** Reads without a message of its own; the caller has checked the range. */
  long i64(long offset) {
    return (long) LONG.get(content, Math.toIntExact(offset));
  }

  /** The zero-terminated string at {@code offset} that ends before {@code limit}. */
  String string(long offset, long limit, String what) throws ElfException {
    if (offset >= 0 && limit <= content.length) {
      for (long i = offset; i < limit; i++) {
        if (content[(int) i] == 0) {
          int start = (int) offset;
          return new String(content, start, (int) i - start, StandardCharsets.UTF_8);
        }
      }
    }
    throw problem(String.format("damaged: %s at offset 0x%x has no end", what, offset));
  }
}
