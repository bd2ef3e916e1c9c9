package org.capvm.translator.elf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the ranges of the frame description entries of {@code .eh_frame} (LSB Core, "Exception
 * Frames"). A program runs without this table, so a damaged record ends the reading but is no
 * error: what was read up to there is used.
 */
final class UnwindTable {
  /** Pointer encodings, DW_EH_PE_*: the low four bits are the format. */
  private static final int FORMAT = 0x0f;

  private static final int APPLICATION = 0x70;
  private static final int PC_RELATIVE = 0x10;
  private static final int INDIRECT = 0x80;
  private static final int OMITTED = 0xff;

  private final Bytes bytes;
  private final long address;
  private final long offset;
  private final long size;

  /** Encoding of the pointers of the descriptions that refer to the CIE at an offset. */
  private final Map<Long, Integer> encodings = new HashMap<>();

  private UnwindTable(Bytes bytes, long address, long offset, long size) {
    this.bytes = bytes;
    this.address = address;
    this.offset = offset;
    this.size = size;
  }

  /** Thrown inside only: a record does not make sense. */
  private static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads the descriptions, sorted by start.
   *
   * @param address virtual address of {@code .eh_frame}
   * @param offset its place in the file
   * @param size bytes that may belong to it; a zero length word ends it earlier
   */
  static List<FrameDescription> read(Bytes bytes, long address, long offset, long size) {
    List<FrameDescription> all = new ArrayList<>();
    if (bytes.has(offset, size)) {
      try {
        new UnwindTable(bytes, address, offset, size).readRecords(all);
      } catch (Damaged e) {
        // Documented above: the records before this one are still good.
      }
    }
    all.sort(Comparator.comparingLong(FrameDescription::start));
    return List.copyOf(all);
  }

  /**
   * The address of {@code .eh_frame} according to {@code .eh_frame_hdr}.
   *
   * @param address virtual address of the header
   * @param offset its place in the file
   * @param size its size
   */
  static Optional<Long> address(Bytes bytes, long address, long offset, long size) {
    if (!bytes.has(offset, size) || size < 8 || bytes.u8(offset) != 1) {
      return Optional.empty();
    }
    try {
      UnwindTable header = new UnwindTable(bytes, address, offset, size);
      return Optional.of(header.new Reader(4, size).pointer(bytes.u8(offset + 1)));
    } catch (Damaged e) {
      return Optional.empty();
    }
  }

  private void readRecords(List<FrameDescription> all) throws Damaged {
    long at = 0;
    while (at + 4 <= size) {
      long length = Integer.toUnsignedLong(bytes.i32(offset + at));
      if (length == 0) {
        return;
      }
      long body = at + 4;
      if (length > size - body || length < 4) {
        throw new Damaged();
      }
      long back = Integer.toUnsignedLong(bytes.i32(offset + body));
      Reader reader = new Reader(body + 4, body + length);
      if (back == 0) {
        encodings.put(at, reader.commonInformation());
      } else {
        addDescription(all, reader, body - back);
      }
      at = body + length;
    }
  }

  private void addDescription(List<FrameDescription> all, Reader reader, long commonInformation)
      throws Damaged {
    Integer encoding = encodings.get(commonInformation);
    if (encoding == null) {
      throw new Damaged();
    }
    if (encoding == OMITTED) {
      return;
    }
    long start = reader.pointer(encoding);
    long length = reader.pointer(encoding & FORMAT);
    if (length > 0 && start >= 0 && start < Headers.ADDRESS_LIMIT - length) {
      all.add(new FrameDescription(start, length));
    }
  }

  /** Reads fields between two places of the table. */
  private final class Reader {
    private long at;
    private final long limit;

    Reader(long at, long limit) {
      this.at = at;
      this.limit = limit;
    }

    /** Reads a CIE behind its identifier and returns the pointer encoding of its descriptions. */
    int commonInformation() throws Damaged {
      int version = u8();
      StringBuilder augmentation = new StringBuilder();
      for (int c = u8(); c != 0; c = u8()) {
        augmentation.append((char) c);
      }
      leb128(); // code alignment
      leb128(); // data alignment
      if (version == 1) {
        u8(); // return address register
      } else {
        leb128();
      }
      if (augmentation.isEmpty() || augmentation.charAt(0) != 'z') {
        return 0;
      }
      leb128(); // length of the augmentation data
      for (int i = 1; i < augmentation.length(); i++) {
        switch (augmentation.charAt(i)) {
          case 'R' -> {
            return u8();
          }
          case 'P' -> pointer(u8() & ~INDIRECT);
          case 'L' -> u8();
          case 'S', 'B' -> {
            // A flag without data.
          }
          default -> throw new Damaged();
        }
      }
      return 0;
    }

    long pointer(int encoding) throws Damaged {
      long base =
          switch (encoding & APPLICATION) {
            case 0 -> 0;
            case PC_RELATIVE -> address + at;
            default -> throw new Damaged();
          };
      if ((encoding & INDIRECT) != 0) {
        throw new Damaged();
      }
      return base
          + switch (encoding & FORMAT) {
            case 0x0, 0x4, 0xc -> bytes.i64(take(8));
            case 0x2 -> bytes.u16(take(2));
            case 0x3 -> Integer.toUnsignedLong(bytes.i32(take(4)));
            case 0xa -> (short) bytes.u16(take(2));
            case 0xb -> bytes.i32(take(4));
            default -> throw new Damaged();
          };
    }

    private int u8() throws Damaged {
      return bytes.u8(take(1));
    }

    private void leb128() throws Damaged {
      while ((u8() & 0x80) != 0) {
        // The value does not matter here.
      }
    }

    /** The file offset of the next {@code n} bytes. */
    private long take(int n) throws Damaged {
      if (n > limit - at) {
        throw new Damaged();
      }
      long result = offset + at;
      at += n;
      return result;
    }
  }
}
