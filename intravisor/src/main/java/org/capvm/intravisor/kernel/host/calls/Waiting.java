package org.capvm.intravisor.kernel.host.calls;

import java.util.function.LongSupplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.process.Task;

/** Waits for host descriptors until an operation no longer returns EAGAIN. */
final class Waiting {
  private Waiting() {}

  /**
   * Tries an operation, and again whenever the descriptor is ready.
   *
   * @param events what to wait for, of {@code Host.POLLIN} and {@code Host.POLLOUT}
   * @param timeout in nanoseconds, negative for none
   * @return what the operation returned last; EAGAIN after the timeout; RESTART when a signal ended
   *     the wait, RESTART_NO_HANDLER if there was a timeout
   */
  static long retry(Task task, int descriptor, int events, long timeout, LongSupplier operation) {
    long deadline = timeout < 0 ? 0 : System.nanoTime() + timeout;
    while (true) {
      long result = operation.getAsLong();
      if (result != Errno.EAGAIN) {
        return result;
      }
      long left = timeout < 0 ? -1 : Math.max(0, deadline - System.nanoTime());
      long ready = task.await(descriptor, events, left);
      if (ready == 0) {
        return Errno.EAGAIN;
      }
      if (ready < 0) {
        return ready == Errno.RESTART && timeout >= 0 ? Errno.RESTART_NO_HANDLER : ready;
      }
    }
  }
}
