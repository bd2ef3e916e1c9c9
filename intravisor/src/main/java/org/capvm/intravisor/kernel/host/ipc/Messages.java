package org.capvm.intravisor.kernel.host.ipc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.kernel.host.abi.Errno;

/** Messages that one read or write moves as a whole, whatever parts the program has for it. */
final class Messages {
  private Messages() {}

  static long size(MemorySegment[] parts) {
    long size = 0;
    for (MemorySegment part : parts) {
      size += part.byteSize();
    }
    return size;
  }

  /** A copy of all parts, which are no more than an array holds. */
  static byte[] join(MemorySegment[] parts) {
    byte[] all = new byte[Math.toIntExact(size(parts))];
    int at = 0;
    for (MemorySegment part : parts) {
      int n = (int) part.byteSize();
      MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, all, at, n);
      at += n;
    }
    return all;
  }

  /** Fills parts as far as there are bytes; how many were used. */
  static long spread(byte[] message, MemorySegment[] parts) {
    int at = 0;
    for (MemorySegment part : parts) {
      int n = (int) Math.min(part.byteSize(), message.length - at);
      MemorySegment.copy(message, at, part, ValueLayout.JAVA_BYTE, 0, n);
      at += n;
    }
    return at;
  }

  /**
   * Why there is no result, as for bare programs; but a device that would have to wait is waited
   * for by the kernel, so that a callee without a free thread is EBUSY.
   */
  static long error(IpcException e) {
    return switch (e.kind()) {
      case WOULD_BLOCK -> Errno.EBUSY;
      case GONE -> Errno.EPIPE_WITHOUT_SIGNAL;
      default -> e.errorNumber();
    };
  }
}
