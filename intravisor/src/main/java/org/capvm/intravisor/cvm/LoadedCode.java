package org.capvm.intravisor.cvm;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.memory.Window;

/**
 * Code of a file as it was put into memory that the guest may write to.
 *
 * @param start its guest address
 * @param bytes what the file has
 */
record LoadedCode(long start, MemorySegment bytes) {
  /** The guest address behind it. */
  long end() {
    return start + bytes.byteSize();
  }

  /** Whether memory still holds it. */
  boolean isIn(Window window) {
    return window.segment(start, bytes.byteSize()).mismatch(bytes) < 0;
  }
}
