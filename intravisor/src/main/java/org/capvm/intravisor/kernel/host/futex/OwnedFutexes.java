package org.capvm.intravisor.kernel.host.futex;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.runtime.memory.MemoryFault;

/**
 * The futexes of a cVM whose word names the thread that owns them (FUTEX_LOCK_PI and its like): the
 * owner's number, {@link #WAITERS} and {@link #OWNER_DIED}.
 *
 * <p>Only a word without waiters is changed by guests; with waiters, the lock is handed to the one
 * that waited longest. Guest threads have one priority, so there is none to inherit.
 */
public final class OwnedFutexes {
  public static final int WAITERS = 0x80000000;
  public static final int OWNER_DIED = 0x40000000;
  public static final int OWNER = 0x3fffffff;

  /** The threads that wait for each word; no key without waiters. */
  private final Map<Long, Queue> queues = new HashMap<>();

  private static final class Queue {
    final Deque<Waiter> waiters = new ArrayDeque<>();
    int owner;

    Queue(int owner) {
      this.owner = owner;
    }
  }

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    final GuestMemory memory;
    final long address;
    final int number;
    volatile boolean owns;

    Waiter(GuestMemory memory, long address, int number) {
      this.memory = memory;
      this.address = address;
      this.number = number;
    }
  }

  /**
   * Takes a lock, when nobody has it.
   *
   * @param address of the word, 4-byte aligned
   * @param key of the word
   * @param number the thread's
   * @param exists whether a thread has a number
   * @return 0, EAGAIN while another thread has it, EDEADLK when this one has, ESRCH when the owner
   *     has ended
   * @throws MemoryFault when the word cannot be written
   */
  public synchronized long tryLock(
      GuestMemory memory, long address, long key, int number, IntPredicate exists) {
    while (true) {
      int old = FutexTable.load(memory, address);
      int owner = old & OWNER;
      if (owner == number) {
        return Errno.EDEADLK;
      }
      Queue queue = queues.get(key);
      if (queue != null && queue.owner != owner) {
        return Errno.EINVAL;
      }
      if (queue == null && owner == 0) {
        if (FutexTable.replace(memory, address, old, old & OWNER_DIED | number)) {
          return 0;
        }
      } else {
        return queue == null && !exists.test(owner) ? Errno.ESRCH : Errno.EAGAIN;
      }
    }
  }

  /**
   * Takes a lock, waiting until it is free.
   *
   * @param deadline in nanoseconds of {@link System#nanoTime}; {@link Long#MAX_VALUE} for none
   * @param interrupted whether the wait must end; whoever makes it true unparks the thread
   * @return 0, ETIMEDOUT, RESTART_ALWAYS when interrupted, or an error of {@link #tryLock}
   */
  public long lock(
      GuestMemory memory,
      long address,
      long key,
      int number,
      IntPredicate exists,
      long deadline,
      BooleanSupplier interrupted) {
    Waiter waiter = new Waiter(memory, address, number);
    synchronized (this) {
      long result = tryLock(memory, address, key, number, exists);
      while (result == Errno.EAGAIN) {
        int old = FutexTable.load(memory, address);
        if ((old & OWNER) != 0 && FutexTable.replace(memory, address, old, old | WAITERS)) {
          queues.computeIfAbsent(key, k -> new Queue(old & OWNER)).waiters.add(waiter);
          break;
        }
        result = tryLock(memory, address, key, number, exists);
      }
      if (result != Errno.EAGAIN) {
        return result;
      }
    }
    while (!waiter.owns) {
      if (interrupted.getAsBoolean()) {
        return withdraw(key, waiter) ? Errno.RESTART_ALWAYS : 0;
      }
      if (deadline == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return withdraw(key, waiter) ? Errno.ETIMEDOUT : 0;
        }
        LockSupport.parkNanos(this, left);
      }
    }
    return 0;
  }

  /** Stops waiting; false when the lock was handed over before. */
  private synchronized boolean withdraw(long key, Waiter waiter) {
    if (waiter.owns) {
      return false;
    }
    Queue queue = queues.get(key);
    queue.waiters.remove(waiter);
    if (queue.waiters.isEmpty()) {
      queues.remove(key);
    }
    return true;
  }

  /**
   * Gives a lock up.
   *
   * @return 0, or EPERM when the thread does not own it
   * @throws MemoryFault when the word cannot be written
   */
  public synchronized long unlock(GuestMemory memory, long address, long key, int number) {
    while (true) {
      int old = FutexTable.load(memory, address);
      if ((old & OWNER) != number) {
        return Errno.EPERM;
      }
      Queue queue = queues.get(key);
      if (queue == null) {
        if (FutexTable.replace(memory, address, old, 0)) {
          return 0;
        }
      } else if (FutexTable.replace(memory, address, old, WAITERS | queue.waiters.peek().number)) {
        handOver(key, queue);
        return 0;
      }
    }
  }

  /** Hands the locks on that others wait for and that a thread had when it ended. */
  public synchronized void release(int number) {
    for (Map.Entry<Long, Queue> entry : Map.copyOf(queues).entrySet()) {
      Queue queue = entry.getValue();
      if (queue.owner == number) {
        Waiter next = queue.waiters.peek();
        try {
          FutexTable.update(next.memory, next.address, old -> WAITERS | OWNER_DIED | next.number);
        } catch (MemoryFault e) {
          // The waiters' memory is gone: whoever gets the lock finds out.
        }
        handOver(entry.getKey(), queue);
      }
    }
  }

  private void handOver(long key, Queue queue) {
    Waiter next = queue.waiters.poll();
    queue.owner = next.number;
    if (queue.waiters.isEmpty()) {
      queues.remove(key);
    }
    next.owns = true;
    LockSupport.unpark(next.thread);
  }
}
