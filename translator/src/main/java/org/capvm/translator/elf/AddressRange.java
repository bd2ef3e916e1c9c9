package org.capvm.translator.elf;

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
}
