package org.capvm.intravisor.kernel.host.syscall;

import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.runtime.memory.MemoryFault;

/**
 * Carries out one system call for a task.
 *
 * <p>The result is what the guest sees in a0: a value, or a negative error of {@code Errno}. {@code
 * Errno.RESTART} asks for delivery of signals and another try. A {@link MemoryFault} becomes
 * EFAULT.
 */
@FunctionalInterface
public interface Handler {
  long call(Task task, long a, long b, long c, long d, long e, long f);

  /** A handler of a call without arguments. */
  @FunctionalInterface
  interface Of0 {
    long call(Task task);
  }

  /** A handler of a call with one argument. */
  @FunctionalInterface
  interface Of1 {
    long call(Task task, long a);
  }

  /** A handler of a call with two arguments. */
  @FunctionalInterface
  interface Of2 {
    long call(Task task, long a, long b);
  }

  /** A handler of a call with three arguments. */
  @FunctionalInterface
  interface Of3 {
    long call(Task task, long a, long b, long c);
  }

  /** A handler of a call with four arguments. */
  @FunctionalInterface
  interface Of4 {
    long call(Task task, long a, long b, long c, long d);
  }

  /** A handler of a call with five arguments. */
  @FunctionalInterface
  interface Of5 {
    long call(Task task, long a, long b, long c, long d, long e);
  }
}
