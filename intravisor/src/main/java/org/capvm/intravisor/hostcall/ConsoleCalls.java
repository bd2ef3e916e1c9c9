package org.capvm.intravisor.hostcall;

import static org.capvm.intravisor.hostcall.Argument.BYTES_IN;
import static org.capvm.intravisor.hostcall.Argument.LENGTH;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.none.thread.BareThread;
import org.capvm.runtime.hart.Hart;

/** The console. */
public final class ConsoleCalls {
  private static final int A0 = 10;

  /**
   * Bytes written at a time: what a pipe that is ready for writing takes without waiting. Writing
   * to other files is not interrupted by a kill, so it must be short.
   */
  private static final int PIECE = 4096;

  private ConsoleCalls() {}

  /**
   * Adds the calls.
   *
   * @param console what is printed to, or null
   */
  public static void addTo(HostcallTable table, OpenFile console) {
    table.add(1, "print", h -> print(console, h), BYTES_IN, LENGTH);
  }

  /** a0: address, a1: length in bytes; returns how many were printed. */
  private static long print(OpenFile console, Hart h) {
    MemorySegment text = CallerPointer.of(h, A0).readable(h.x11);
    if (console == null) {
      return Errno.EBADF;
    }
    return write(console, BareThread.of(h), text);
  }

  /** Writes all of a text, as far as the file takes it; how much, or an error number. */
  static long write(OpenFile console, BareThread caller, MemorySegment text) {
    long done = 0;
    while (done < text.byteSize()) {
      caller.threads().requireRunning();
      long n = console.write(text.asSlice(done, Math.min(PIECE, text.byteSize() - done)));
      if (n == Errno.EAGAIN && console.mayBlock()) {
        n = Math.min(0, caller.await(console.hostDescriptor(), Host.POLLOUT));
      }
      if (n < 0 && n != Errno.EINTR) {
        return done > 0 ? done : n;
      }
      done += Math.max(n, 0);
    }
    return done;
  }
}
