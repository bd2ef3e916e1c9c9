package org.capvm.intravisor.kernel.host.abi;

/** struct timespec and struct timeval in guest memory, as nanoseconds. Both are 16 bytes. */
public final class TimeValue {
  /** What reading returns for values that Linux refuses with EINVAL. */
  public static final long INVALID = Long.MIN_VALUE;

  public static final int SIZE = 16;

  private static final long NANOS = 1_000_000_000L;
  private static final long MICROS = 1_000_000L;

  private TimeValue() {}

  /** Reads a timespec: nanoseconds, saturated at the largest long, or {@link #INVALID}. */
  public static long timespec(GuestMemory memory, long address) {
    return combine(memory.getLong(address), memory.getLong(address + 8), NANOS);
  }

  /** Reads a timeval, as {@link #timespec}. */
  public static long timeval(GuestMemory memory, long address) {
    return combine(memory.getLong(address), memory.getLong(address + 8), MICROS);
  }

  private static long combine(long seconds, long fraction, long unit) {
    if (seconds < 0 || fraction < 0 || fraction >= unit) {
      return INVALID;
    }
    if (seconds >= Long.MAX_VALUE / NANOS) {
      return Long.MAX_VALUE;
    }
    return seconds * NANOS + fraction * (NANOS / unit);
  }

  /** Stores a timespec. */
  public static void putTimespec(GuestMemory memory, long address, long nanos) {
    memory.putLong(address, Math.floorDiv(nanos, NANOS));
    memory.putLong(address + 8, Math.floorMod(nanos, NANOS));
  }

  /** Stores a timeval; what is below a microsecond is cut off. */
  public static void putTimeval(GuestMemory memory, long address, long nanos) {
    memory.putLong(address, Math.floorDiv(nanos, NANOS));
    memory.putLong(address + 8, Math.floorMod(nanos, NANOS) / (NANOS / MICROS));
  }

  /**
   * The deadline of a relative time on {@link System#nanoTime}, {@link Long#MAX_VALUE} when it is
   * out of reach.
   */
  public static long deadline(long nanos) {
    long now = System.nanoTime();
    return nanos > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + nanos;
  }
}
