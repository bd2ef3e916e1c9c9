package org.capvm.intravisor.kernel.host.futex;

import java.util.function.LongUnaryOperator;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.runtime.memory.MemoryFault;

/**
 * Gives up the robust mutexes of a thread that ended: a list in guest memory names the futexes it
 * held (struct robust_list_head: first entry, offset from entry to futex word, pending entry).
 */
public final class RobustList {
  private static final int OWNER_DIED = OwnedFutexes.OWNER_DIED;
  private static final int WAITERS = OwnedFutexes.WAITERS;
  private static final int TID_MASK = OwnedFutexes.OWNER;

  /** Longest list that is followed (Linux: ROBUST_LIST_LIMIT). */
  private static final int LIMIT = 2048;

  private RobustList() {}

  /**
   * Marks the futexes of a list whose owner is {@code tid}, and wakes a waiter of each.
   *
   * @param keys from the address of a word to its key
   */
  public static void release(
      GuestMemory memory, FutexTable futexes, LongUnaryOperator keys, long head, int tid) {
    if (head == 0) {
      return;
    }
    try {
      long offset = memory.getLong(head + 8);
      long pending = memory.getLong(head + 16) & ~1L;
      long entry = memory.getLong(head) & ~1L;
      for (int i = 0; i < LIMIT && entry != head && entry != 0; i++) {
        long next = memory.getLong(entry) & ~1L;
        if (entry != pending) {
          release(memory, futexes, keys, entry + offset, tid, false);
        }
        entry = next;
      }
      if (pending != 0) {
        release(memory, futexes, keys, pending + offset, tid, true);
      }
    } catch (MemoryFault e) {
      // A broken list ends the walk: it is the guest's own loss.
    }
  }

  private static void release(
      GuestMemory memory,
      FutexTable futexes,
      LongUnaryOperator keys,
      long word,
      int tid,
      boolean pending) {
    if ((word & 3) != 0) {
      return;
    }
    int old =
        FutexTable.update(memory, word, v -> (v & TID_MASK) == tid ? v & WAITERS | OWNER_DIED : v);
    boolean owned = (old & TID_MASK) == tid;
    if (owned && (old & WAITERS) != 0 || pending && old == 0) {
      futexes.wake(keys.applyAsLong(word), 1, FutexTable.MATCH_ANY);
    }
  }
}
