package org.capvm.intravisor.kernel.host.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Native memory of one thread for the arguments of one host call: path names and structures.
 *
 * <p>Nothing in it survives the next host call that uses scratch memory on the same thread.
 */
final class Scratch {
  private static final long SIZE = 16 * 1024;
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 16);

  private Scratch() {}

  static Scratch get() {
    return OF_THREAD.get();
  }

  MemorySegment memory() {
    return memory;
  }

  long address() {
    return memory.address();
  }

  /** Stores a NUL-terminated path at an offset and returns its address. */
  long path(long offset, byte[] path) {
    MemorySegment.copy(path, 0, memory, ValueLayout.JAVA_BYTE, offset, path.length);
    memory.set(ValueLayout.JAVA_BYTE, offset + path.length, (byte) 0);
    return memory.address() + offset;
  }
}
