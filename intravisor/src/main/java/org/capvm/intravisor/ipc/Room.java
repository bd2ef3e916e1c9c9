package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.memory.Window;

/** Memory of a receiver into which a sender copies. */
sealed interface Room {
  /** In bytes. */
  long size();

  /** Puts bytes at an offset; they fit in. */
  void put(long at, MemorySegment bytes);

  /**
   * A checked range of a cVM's memory.
   *
   * @param address of the first byte
   */
  record OfWindow(Window window, long address, long size) implements Room {
    @Override
    public void put(long at, MemorySegment bytes) {
      window.write(address + at, bytes);
    }
  }

  /** A buffer of a kernel. */
  record OfKernel(MemorySegment buffer) implements Room {
    @Override
    public long size() {
      return buffer.byteSize();
    }

    @Override
    public void put(long at, MemorySegment bytes) {
      MemorySegment.copy(bytes, 0, buffer, at, bytes.byteSize());
    }
  }
}
