package org.capvm.intravisor.kernel.host.process;

import java.util.Arrays;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.memory.Layout;

/**
 * Resource limits as getrlimit shows them. What bounds a guest in fact is its window, the size of
 * the descriptor table and the number of tasks; a guest may lower what it is shown.
 */
public final class ResourceLimits {
  /** Number of resources. */
  public static final int COUNT = 16;

  public static final long INFINITE = -1;

  private static final int STACK = 3;
  private static final int CORE = 4;
  private static final int PROCESSES = 6;
  private static final int FILES = 7;
  private static final int LOCKED = 8;
  private static final int SIGNALS = 11;
  private static final int MESSAGES = 12;
  private static final int NICE = 13;
  private static final int REALTIME = 14;

  private final long[] soft = new long[COUNT];
  private final long[] hard = new long[COUNT];

  public ResourceLimits() {
    Arrays.fill(soft, INFINITE);
    Arrays.fill(hard, INFINITE);
    set(STACK, Layout.STACK, INFINITE);
    set(CORE, 0, INFINITE);
    set(PROCESSES, 4096, 4096);
    set(FILES, 1024, DescriptorTable.LIMIT);
    set(LOCKED, 8 << 20, 8 << 20);
    set(SIGNALS, 4096, 4096);
    set(MESSAGES, 819200, 819200);
    set(NICE, 0, 0);
    set(REALTIME, 0, 0);
  }

  private void set(int resource, long softLimit, long hardLimit) {
    soft[resource] = softLimit;
    hard[resource] = hardLimit;
  }

  /** A cVM may have fewer descriptors than the kernel has room for. */
  public synchronized void limitFiles(int most) {
    set(FILES, Math.min(most, soft[FILES]), Math.min(most, hard[FILES]));
  }

  public synchronized long soft(int resource) {
    return soft[resource];
  }

  public synchronized long hard(int resource) {
    return hard[resource];
  }

  /** Changes a limit: EINVAL when soft is above hard, EPERM when hard would grow. Unsigned. */
  public synchronized long change(int resource, long softLimit, long hardLimit) {
    if (Long.compareUnsigned(softLimit, hardLimit) > 0) {
      return Errno.EINVAL;
    }
    if (Long.compareUnsigned(hardLimit, hard[resource]) > 0) {
      return Errno.EPERM;
    }
    set(resource, softLimit, hardLimit);
    return 0;
  }

  /** A child's limits. */
  public synchronized ResourceLimits copy() {
    ResourceLimits copy = new ResourceLimits();
    System.arraycopy(soft, 0, copy.soft, 0, COUNT);
    System.arraycopy(hard, 0, copy.hard, 0, COUNT);
    return copy;
  }
}
