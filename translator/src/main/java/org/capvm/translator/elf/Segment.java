package org.capvm.translator.elf;

/**
 * A loadable segment (PT_LOAD): {@code fileSize} bytes at {@code offset} of the file appear at
 * {@code address}, zeroes follow up to {@code memorySize}.
 *
 * @param address link-time virtual address
 * @param memorySize bytes in memory, at least {@code fileSize}
 * @param offset of the first byte in the file
 * @param fileSize bytes taken from the file
 * @param readable PF_R
 * @param writable PF_W
 * @param executable PF_X
 * @param alignment p_align: 0, 1 or a power of two
 */
public record Segment(
    long address,
    long memorySize,
    long offset,
    long fileSize,
    boolean readable,
    boolean writable,
    boolean executable,
    long alignment) {

  /** Whether the {@code size} bytes at {@code start} lie in the memory of this segment. */
  public boolean contains(long start, long size) {
    long o = start - address;
    return size >= 0 && o >= 0 && o <= memorySize - size;
  }

  /** The address behind the last byte in memory. */
  public long end() {
    return address + memorySize;
  }
}
