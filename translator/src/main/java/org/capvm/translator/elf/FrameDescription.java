package org.capvm.translator.elf;

/**
 * A frame description entry of {@code .eh_frame}: the unwinder knows how to leave this code range.
 * Compilers write one for each function and one for each cold part split off a function.
 *
 * @param start link-time virtual address of the first instruction
 * @param size in bytes, positive
 */
public record FrameDescription(long start, long size) {

  /** The address behind the last instruction. */
  public long end() {
    return start + size;
  }
}
