package org.capvm.translator.elf;

import java.util.ArrayList;
import java.util.List;
import org.capvm.translator.elf.Headers.ProgramHeader;

/** The loadable segments in address order: which part of the file is where in memory. */
final class AddressSpace {
  private final Bytes bytes;
  private final List<Segment> segments;

  private AddressSpace(Bytes bytes, List<Segment> segments) {
    this.bytes = bytes;
    this.segments = segments;
  }

  static AddressSpace of(Bytes bytes, List<ProgramHeader> headers) throws ElfException {
    List<Segment> segments = new ArrayList<>();
    long limit = 0;
    long executableBytes = 0;
    for (ProgramHeader h : headers) {
      if (h.type() != ProgramHeader.LOAD) {
        continue;
      }
      check(bytes, h);
      if (h.address() < limit) {
        throw bytes.problem(
            String.format("damaged: segment at 0x%x overlaps or precedes another", h.address()));
      }
      limit = h.address() + h.memorySize();
      executableBytes += (h.flags() & 1) != 0 ? h.fileSize() : 0;
      segments.add(
          new Segment(
              h.address(),
              h.memorySize(),
              h.offset(),
              h.fileSize(),
              (h.flags() & 4) != 0,
              (h.flags() & 2) != 0,
              (h.flags() & 1) != 0,
              h.alignment()));
    }
    if (segments.isEmpty()) {
      throw bytes.problem("has nothing to load");
    }
    if (executableBytes > 2L * bytes.length()) {
      throw bytes.problem("damaged: its segments map the same code again and again");
    }
    return new AddressSpace(bytes, List.copyOf(segments));
  }

  private static void check(Bytes bytes, ProgramHeader h) throws ElfException {
    if (h.address() < 0
        || h.memorySize() < 0
        || h.address() > Headers.ADDRESS_LIMIT - h.memorySize()) {
      throw bytes.problem(
          String.format(
              "damaged: segment of 0x%x bytes at 0x%x does not fit the address space",
              h.memorySize(), h.address()));
    }
    if (h.memorySize() < h.fileSize()) {
      throw bytes.problem(
          String.format("damaged: segment at 0x%x is smaller than its content", h.address()));
    }
    if (h.alignment() < 0 || Long.bitCount(h.alignment()) > 1) {
      throw bytes.problem(
          String.format(
              "damaged: segment at 0x%x has the alignment 0x%x", h.address(), h.alignment()));
    }
    if (h.fileSize() != 0 && ((h.address() ^ h.offset()) & 0xfff) != 0) {
      throw bytes.problem(
          String.format("damaged: segment at 0x%x cannot be mapped by pages", h.address()));
    }
  }

  List<Segment> segments() {
    return segments;
  }

  /** The segment that has {@code size} bytes at {@code address} in memory; null if none has. */
  Segment segmentAt(long address, long size) {
    for (Segment s : segments) {
      if (s.contains(address, size)) {
        return s;
      }
    }
    return null;
  }

  /** The file offset of {@code size} bytes at {@code address}; -1 where not all are in the file. */
  long offset(long address, long size) {
    for (Segment s : segments) {
      long o = address - s.address();
      if (size >= 0 && o >= 0 && o <= s.fileSize() - size) {
        return s.offset() + o;
      }
    }
    return -1;
  }

  /** As {@link #offset(long, long)}, for what must be in the file. */
  long offset(long address, long size, String what) throws ElfException {
    long offset = offset(address, size);
    if (offset < 0) {
      throw bytes.problem(
          String.format(
              "damaged: %s (%s bytes at 0x%x) is not in any segment",
              what, Long.toUnsignedString(size), address));
    }
    return offset;
  }
}
