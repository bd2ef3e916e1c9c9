package org.capvm.intravisor.ipc.calls;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.hostcall.CallerPointer;
import org.capvm.intravisor.ipc.CallBuffer;
import org.capvm.runtime.hart.Hart;

/**
 * Bytes that a caller has named by a pointer.
 *
 * @param size in bytes
 * @param readOnly whether the caller does not want back what the callee makes of them
 */
record CallerBuffer(CallerPointer pointer, long size, boolean readOnly) implements CallBuffer {
  /**
   * What two registers of a caller name, checked.
   *
   * @param register of the pointer; the size is in the next one
   */
  static CallBuffer of(Hart h, int register, boolean readOnly) {
    long size = h.x(register + 1);
    if (size == 0) {
      return NONE;
    }
    CallerPointer pointer = CallerPointer.of(h, register);
    pointer.requireReadable(size);
    if (!readOnly) {
      pointer.requireWritable(size);
    }
    return new CallerBuffer(pointer, size, readOnly);
  }

  @Override
  public MemorySegment contents() {
    return pointer.readable(size);
  }

  @Override
  public void reply(MemorySegment copy) {
    if (!readOnly) {
      pointer.write(copy);
    }
  }
}
