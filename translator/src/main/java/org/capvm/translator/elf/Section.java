package org.capvm.translator.elf;

/**
 * A section header. Sections are hints: a program runs without them, but they tell code from
 * constants.
 *
 * @param name for example {@code .text}
 * @param type SHT number
 * @param address link-time virtual address, 0 when not loaded
 * @param offset in the file
 * @param size in bytes; not backed by the file for SHT_NOBITS
 * @param allocated SHF_ALLOC: part of the program in memory
 * @param writable SHF_WRITE
 * @param executable SHF_EXECINSTR
 * @param link index of a related section
 */
public record Section(
    String name,
    int type,
    long address,
    long offset,
    long size,
    boolean allocated,
    boolean writable,
    boolean executable,
    int link) {

  /** The addresses it occupies. */
  public AddressRange range() {
    return new AddressRange(address, address + size);
  }
}
