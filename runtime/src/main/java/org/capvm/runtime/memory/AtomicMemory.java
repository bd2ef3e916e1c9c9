package org.capvm.runtime.memory;

import jdk.internal.misc.Unsafe;

/**
 * Checked atomic read-modify-write accesses to guest memory, sequentially consistent.
 *
 * <p>Each accessor contains its bounds check and throws {@link MemoryFault} of kind STORE. Callers
 * have checked that the address is aligned: a host may not make a misaligned access atomic.
 */
public final class AtomicMemory {
  private static final Unsafe U = Unsafe.getUnsafe();

  private AtomicMemory() {}

  /** Reads with the order of a volatile read; faults are of kind LOAD. */
  public static int loadInt(Window w, long address) {
    return U.getIntVolatile(null, w.hostAddress(address, Integer.BYTES, AccessKind.LOAD));
  }

  /** Reads with the order of a volatile read; faults are of kind LOAD. */
  public static long loadLong(Window w, long address) {
    return U.getLongVolatile(null, w.hostAddress(address, Long.BYTES, AccessKind.LOAD));
  }

  /** Stores {@code value} if memory holds {@code expected}, and returns whether it did. */
  public static boolean compareAndSetInt(Window w, long address, int expected, int value) {
    return U.compareAndSetInt(null, int32(w, address), expected, value);
  }

  /** Stores {@code value} if memory holds {@code expected}, and returns whether it did. */
  public static boolean compareAndSetLong(Window w, long address, long expected, long value) {
    return U.compareAndSetLong(null, int64(w, address), expected, value);
  }

  public static int getAndSetInt(Window w, long address, int value) {
    return U.getAndSetInt(null, int32(w, address), value);
  }

  public static long getAndSetLong(Window w, long address, long value) {
    return U.getAndSetLong(null, int64(w, address), value);
  }

  public static int getAndAddInt(Window w, long address, int value) {
    return U.getAndAddInt(null, int32(w, address), value);
  }

  public static long getAndAddLong(Window w, long address, long value) {
    return U.getAndAddLong(null, int64(w, address), value);
  }

  public static int getAndXorInt(Window w, long address, int value) {
    return U.getAndBitwiseXorInt(null, int32(w, address), value);
  }

  public static long getAndXorLong(Window w, long address, long value) {
    return U.getAndBitwiseXorLong(null, int64(w, address), value);
  }

  public static int getAndAndInt(Window w, long address, int value) {
    return U.getAndBitwiseAndInt(null, int32(w, address), value);
  }

  public static long getAndAndLong(Window w, long address, long value) {
    return U.getAndBitwiseAndLong(null, int64(w, address), value);
  }

  public static int getAndOrInt(Window w, long address, int value) {
    return U.getAndBitwiseOrInt(null, int32(w, address), value);
  }

  public static long getAndOrLong(Window w, long address, long value) {
    return U.getAndBitwiseOrLong(null, int64(w, address), value);
  }

  /** Keeps the smaller of memory and {@code value}, signed. */
  public static int getAndMinInt(Window w, long address, int value) {
    long host = int32(w, address);
    int old;
    do {
      old = U.getIntVolatile(null, host);
    } while (!U.compareAndSetInt(null, host, old, Math.min(old, value)));
    return old;
  }

  /** Keeps the smaller of memory and {@code value}, signed. */
  public static long getAndMinLong(Window w, long address, long value) {
    long host = int64(w, address);
    long old;
    do {
      old = U.getLongVolatile(null, host);
    } while (!U.compareAndSetLong(null, host, old, Math.min(old, value)));
    return old;
  }

  /** Keeps the larger of memory and {@code value}, signed. */
  public static int getAndMaxInt(Window w, long address, int value) {
    long host = int32(w, address);
    int old;
    do {
      old = U.getIntVolatile(null, host);
    } while (!U.compareAndSetInt(null, host, old, Math.max(old, value)));
    return old;
  }

  /** Keeps the larger of memory and {@code value}, signed. */
  public static long getAndMaxLong(Window w, long address, long value) {
    long host = int64(w, address);
    long old;
    do {
      old = U.getLongVolatile(null, host);
    } while (!U.compareAndSetLong(null, host, old, Math.max(old, value)));
    return old;
  }

  /** Keeps the smaller of memory and {@code value}, unsigned. */
  public static int getAndMinUnsignedInt(Window w, long address, int value) {
    long host = int32(w, address);
    int old;
    int least;
    do {
      old = U.getIntVolatile(null, host);
      least = Integer.compareUnsigned(old, value) <= 0 ? old : value;
    } while (!U.compareAndSetInt(null, host, old, least));
    return old;
  }

  /** Keeps the smaller of memory and {@code value}, unsigned. */
  public static long getAndMinUnsignedLong(Window w, long address, long value) {
    long host = int64(w, address);
    long old;
    long least;
    do {
      old = U.getLongVolatile(null, host);
      least = Long.compareUnsigned(old, value) <= 0 ? old : value;
    } while (!U.compareAndSetLong(null, host, old, least));
    return old;
  }

  /** Keeps the larger of memory and {@code value}, unsigned. */
  public static int getAndMaxUnsignedInt(Window w, long address, int value) {
    long host = int32(w, address);
    int old;
    int greatest;
    do {
      old = U.getIntVolatile(null, host);
      greatest = Integer.compareUnsigned(old, value) >= 0 ? old : value;
    } while (!U.compareAndSetInt(null, host, old, greatest));
    return old;
  }

  /** Keeps the larger of memory and {@code value}, unsigned. */
  public static long getAndMaxUnsignedLong(Window w, long address, long value) {
    long host = int64(w, address);
    long old;
    long greatest;
    do {
      old = U.getLongVolatile(null, host);
      greatest = Long.compareUnsigned(old, value) >= 0 ? old : value;
    } while (!U.compareAndSetLong(null, host, old, greatest));
    return old;
  }

  private static long int32(Window w, long address) {
    return w.hostAddress(address, Integer.BYTES, AccessKind.STORE);
  }

  private static long int64(Window w, long address) {
    return w.hostAddress(address, Long.BYTES, AccessKind.STORE);
  }
}
