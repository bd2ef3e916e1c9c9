package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;

/**
 * Bytes of a caller. The callee works on a copy, which is as old as the call: so the caller cannot
 * change them under its hands, and nothing of the caller is left with the callee.
 */
public interface CallBuffer {
  /** No bytes. */
  CallBuffer NONE =
      new CallBuffer() {
        @Override
        public long size() {
          return 0;
        }

        @Override
        public MemorySegment contents() {
          return MemorySegment.NULL;
        }

        @Override
        public void reply(MemorySegment copy) {}
      };

  /** In bytes. */
  long size();

  /**
   * What the call begins with, for no longer than it takes to copy it.
   *
   * @throws org.capvm.runtime.memory.MemoryFault when the caller may not read them
   */
  MemorySegment contents();

  /**
   * What the callee has made of its copy, when it has returned.
   *
   * @throws org.capvm.runtime.memory.MemoryFault when the caller may not write them any more
   */
  void reply(MemorySegment copy);
}
