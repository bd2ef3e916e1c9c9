package org.capvm.runtime.isa;

import java.lang.invoke.VarHandle;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.AtomicMemory;
import org.capvm.runtime.memory.MisalignedAccess;

/**
 * What the instructions of the A extension do to memory. Stores and read-modify-writes are
 * sequentially consistent, loads acquire, which is at least what any aq and rl bits ask for; only a
 * load-reserved with the rl bit needs {@link #beforeReleasingLoad} before it.
 *
 * <p>An address that is not naturally aligned throws {@link MisalignedAccess}, one outside the
 * window {@link org.capvm.runtime.memory.MemoryFault}; register and memory are then unchanged. The
 * word forms use the low 32 bits of the value and return the old word sign-extended.
 *
 * <p>A reservation is the address and the value that the load saw: the store succeeds where memory
 * still, or again, holds that value. Lock-free code written for LR/SC relies on less than a
 * reservation of the location gives only where it needs the value to be unchanged, and that is what
 * is checked.
 */
public final class AtomicOperations {
  /** What {@link Hart#reservationAddress} is without a reservation. */
  public static final long NO_RESERVATION = -1;

  private AtomicOperations() {}

  /** Completes earlier stores: hosts let a later load overtake them. */
  public static void beforeReleasingLoad() {
    VarHandle.fullFence();
  }

  public static long lrW(Hart h, long address) {
    align(address, Integer.BYTES, AccessKind.LOAD);
    long value = AtomicMemory.loadInt(h.window, address);
    h.reservationAddress = address;
    h.reservationValue = value;
    return value;
  }

  public static long lrD(Hart h, long address) {
    align(address, Long.BYTES, AccessKind.LOAD);
    long value = AtomicMemory.loadLong(h.window, address);
    h.reservationAddress = address;
    h.reservationValue = value;
    return value;
  }

  /** Returns 0 when the store was done, 1 when not; the reservation is gone in either case. */
  public static long scW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    boolean reserved = h.reservationAddress == address;
    h.reservationAddress = NO_RESERVATION;
    return reserved
            && AtomicMemory.compareAndSetInt(
                h.window, address, (int) h.reservationValue, (int) value)
        ? 0
        : 1;
  }

  /** Returns 0 when the store was done, 1 when not; the reservation is gone in either case. */
  public static long scD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    boolean reserved = h.reservationAddress == address;
    h.reservationAddress = NO_RESERVATION;
    return reserved && AtomicMemory.compareAndSetLong(h.window, address, h.reservationValue, value)
        ? 0
        : 1;
  }

  public static long amoswapW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndSetInt(h.window, address, (int) value);
  }

  public static long amoswapD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndSetLong(h.window, address, value);
  }

  public static long amoaddW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndAddInt(h.window, address, (int) value);
  }

  public static long amoaddD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndAddLong(h.window, address, value);
  }

  public static long amoxorW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndXorInt(h.window, address, (int) value);
  }

  public static long amoxorD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndXorLong(h.window, address, value);
  }

  public static long amoandW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndAndInt(h.window, address, (int) value);
  }

  public static long amoandD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndAndLong(h.window, address, value);
  }

  public static long amoorW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndOrInt(h.window, address, (int) value);
  }

  public static long amoorD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndOrLong(h.window, address, value);
  }

  public static long amominW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMinInt(h.window, address, (int) value);
  }

  public static long amominD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMinLong(h.window, address, value);
  }

  public static long amomaxW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMaxInt(h.window, address, (int) value);
  }

  public static long amomaxD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMaxLong(h.window, address, value);
  }

  public static long amominuW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMinUnsignedInt(h.window, address, (int) value);
  }

  public static long amominuD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMinUnsignedLong(h.window, address, value);
  }

  public static long amomaxuW(Hart h, long address, long value) {
    align(address, Integer.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMaxUnsignedInt(h.window, address, (int) value);
  }

  public static long amomaxuD(Hart h, long address, long value) {
    align(address, Long.BYTES, AccessKind.STORE);
    return AtomicMemory.getAndMaxUnsignedLong(h.window, address, value);
  }

  private static void align(long address, int size, AccessKind kind) {
    if ((address & size - 1) != 0) {
      throw new MisalignedAccess(address, kind);
    }
  }
}
