package org.capvm.intravisor.kernel.host.futex;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;

/**
 * The futexes of a cVM: threads that wait for a change of a 32-bit word, by a key that says where
 * the word lies, whichever process asks.
 *
 * <p>The word is compared under the lock that a waker takes before it looks for waiters: a thread
 * either sees the new value or is found, so no wake-up is lost. Locks are striped by key.
 */
public final class FutexTable {
  /** The bit set of a wait or wake that does not care. */
  public static final int MATCH_ANY = -1;

  private static final int STRIPES = 256;

  private final Bucket[] buckets = new Bucket[STRIPES];
  private final OwnedFutexes owned = new OwnedFutexes();

  private static final class Bucket {
    final List<Waiter> waiters = new ArrayList<>();
  }

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    final int bits;
    long key;
    volatile Bucket bucket;
    volatile boolean woken;

    Waiter(long key, int bits, Bucket bucket) {
      this.key = key;
      this.bits = bits;
      this.bucket = bucket;
    }
  }

  public FutexTable() {
    for (int i = 0; i < STRIPES; i++) {
      buckets[i] = new Bucket();
    }
  }

  /** Those whose words name their owners. */
  public OwnedFutexes owned() {
    return owned;
  }

  private int stripe(long key) {
    long mixed = (key >>> 2) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 56);
  }

  /** The aligned word, ordered as a volatile read. */
  static int load(GuestMemory memory, long address) {
    return memory.getIntVolatile(address);
  }

  /**
   * Waits while the word has the expected value, until a wake-up reaches this thread.
   *
   * @param address 4-byte aligned
   * @param key of the word
   * @param bits a wake-up must share a bit with this set
   * @param deadline in nanoseconds of {@link System#nanoTime}; {@link Long#MAX_VALUE} for none
   * @param interrupted whether the wait must end; whoever makes it true unparks the thread
   * @return 0 after a wake-up, EAGAIN when the value was another one, ETIMEDOUT, or RESTART when
   *     interrupted
   * @throws org.capvm.runtime.memory.MemoryFault when the word cannot be read
   */
  public long await(
      GuestMemory memory,
      long address,
      long key,
      int expected,
      int bits,
      long deadline,
      BooleanSupplier interrupted) {
    Bucket bucket = buckets[stripe(key)];
    Waiter waiter = new Waiter(key, bits, bucket);
    synchronized (bucket) {
      if (load(memory, address) != expected) {
        return Errno.EAGAIN;
      }
      bucket.waiters.add(waiter);
    }
    while (!waiter.woken) {
      if (interrupted.getAsBoolean()) {
        return withdraw(waiter) ? Errno.RESTART : 0;
      }
      if (deadline == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return withdraw(waiter) ? Errno.ETIMEDOUT : 0;
        }
        LockSupport.parkNanos(this, left);
      }
    }
    return 0;
  }

  /** Stops waiting; false when a wake-up was faster. */
  private static boolean withdraw(Waiter waiter) {
    while (true) {
      Bucket bucket = waiter.bucket;
      synchronized (bucket) {
        if (waiter.woken) {
          return false;
        }
        if (waiter.bucket == bucket) {
          bucket.waiters.remove(waiter);
          return true;
        }
      }
    }
  }

  /**
   * Wakes the threads that have waited longest.
   *
   * @return how many were woken
   */
  public int wake(long key, int count, int bits) {
    List<Thread> woken = new ArrayList<>();
    Bucket bucket = buckets[stripe(key)];
    synchronized (bucket) {
      take(bucket, key, count, bits, woken);
    }
    woken.forEach(LockSupport::unpark);
    return woken.size();
  }

  private static void take(Bucket bucket, long key, int count, int bits, List<Thread> woken) {
    int left = count;
    Iterator<Waiter> waiters = bucket.waiters.iterator();
    while (left > 0 && waiters.hasNext()) {
      Waiter waiter = waiters.next();
      if (waiter.key == key && (waiter.bits & bits) != 0) {
        waiters.remove();
        waiter.woken = true;
        woken.add(waiter.thread);
        left--;
      }
    }
  }

  /** Runs an action with the locks of two keys. */
  private <T> T locked(long first, long second, Supplier<T> action) {
    int a = Math.min(stripe(first), stripe(second));
    int b = Math.max(stripe(first), stripe(second));
    synchronized (buckets[a]) {
      synchronized (buckets[b]) {
        return action.get();
      }
    }
  }

  /**
   * Wakes some threads that wait for one word and lets others wait for another one.
   *
   * @param address of the first word
   * @param expected what the first word must hold, or null when it does not matter
   * @return how many were woken, or woken and moved when {@code expected} is given; EAGAIN when the
   *     word holds something else
   */
  public long requeue(
      GuestMemory memory,
      long address,
      long from,
      int wakeCount,
      long to,
      int moveCount,
      Integer expected) {
    List<Thread> woken = new ArrayList<>();
    long result =
        locked(
            from,
            to,
            () -> {
              if (expected != null && load(memory, address) != expected) {
                return Errno.EAGAIN;
              }
              take(buckets[stripe(from)], from, wakeCount, MATCH_ANY, woken);
              int moved = move(from, to, moveCount);
              return (long) woken.size() + (expected == null ? 0 : moved);
            });
    woken.forEach(LockSupport::unpark);
    return result;
  }

  private int move(long from, long to, int count) {
    Bucket source = buckets[stripe(from)];
    Bucket target = buckets[stripe(to)];
    List<Waiter> moved = new ArrayList<>();
    for (Waiter waiter : source.waiters) {
      if (moved.size() >= count) {
        break;
      }
      if (waiter.key == from) {
        moved.add(waiter);
      }
    }
    source.waiters.removeAll(moved);
    for (Waiter waiter : moved) {
      waiter.key = to;
      waiter.bucket = target;
      target.waiters.add(waiter);
    }
    return moved.size();
  }

  /**
   * FUTEX_WAKE_OP: changes the second word atomically, wakes at the first, and at the second when
   * its old value satisfies a condition.
   *
   * @param address of the second word
   * @param operation old value to new value
   * @param condition non-zero for the old values that also wake at the second address
   */
  public long wakeWithOperation(
      GuestMemory memory,
      long first,
      int firstCount,
      long address,
      long second,
      int secondCount,
      IntUnaryOperator operation,
      IntUnaryOperator condition) {
    List<Thread> woken = new ArrayList<>();
    locked(
        first,
        second,
        () -> {
          int old = update(memory, address, operation);
          take(buckets[stripe(first)], first, firstCount, MATCH_ANY, woken);
          if (condition.applyAsInt(old) != 0) {
            take(buckets[stripe(second)], second, secondCount, MATCH_ANY, woken);
          }
          return null;
        });
    woken.forEach(LockSupport::unpark);
    return woken.size();
  }

  /** Changes a word atomically if it has an expected value; whether it had. */
  static boolean replace(GuestMemory memory, long address, int expected, int value) {
    return memory.compareAndSetInt(address, expected, value);
  }

  /** Changes a word atomically and returns its old value. */
  public static int update(GuestMemory memory, long address, IntUnaryOperator operation) {
    while (true) {
      int old = memory.getIntVolatile(address);
      if (memory.compareAndSetInt(address, old, operation.applyAsInt(old))) {
        return old;
      }
    }
  }
}
