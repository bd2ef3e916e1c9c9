package org.capvm.translator.elf;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of link-time virtual addresses.
 *
 * @param start the first address
 * @param end the address behind the last
 */
public record AddressRange(long start, long end) {

  /** Whether {@code address} lies in the range. */
  public boolean contains(long address) {
    return address >= start && address < end;
  }

  /** The number of bytes. */
  public long size() {
    return end - start;
  }

  /** Joins those of the sorted ranges that overlap. */
  static List<AddressRange> mergeOverlapping(List<AddressRange> sorted) {
    List<AddressRange> merged = new ArrayList<>();
    for (AddressRange range : sorted) {
      if (!merged.isEmpty() && range.start() < merged.getLast().end()) {
        AddressRange last = merged.removeLast();
        merged.add(new AddressRange(last.start(), Math.max(last.end(), range.end())));
      } else {
        merged.add(range);
      }
    }
    return List.copyOf(merged);
  }
}
