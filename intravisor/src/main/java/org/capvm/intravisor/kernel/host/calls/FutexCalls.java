package org.capvm.intravisor.kernel.host.calls;

import java.util.function.IntUnaryOperator;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.futex.FutexTable;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.AddressSpace.CommonWord;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.intravisor.kernel.host.time.Clocks;

/**
 * The futex system call. A private word is known by its address space and address, one in shared
 * memory by its place there. Requeueing to a word with an owner (FUTEX_WAIT_REQUEUE_PI), which no C
 * library of today asks for, is not offered (ENOSYS).
 */
public final class FutexCalls {
  private static final int WAIT = 0;
  private static final int WAKE = 1;
  private static final int REQUEUE = 3;
  private static final int CMP_REQUEUE = 4;
  private static final int WAKE_OP = 5;
  private static final int LOCK_PI = 6;
  private static final int UNLOCK_PI = 7;
  private static final int TRYLOCK_PI = 8;
  private static final int WAIT_BITSET = 9;
  private static final int WAKE_BITSET = 10;
  private static final int LOCK_PI2 = 13;
  private static final int PRIVATE_FLAG = 128;
  private static final int CLOCK_REALTIME_FLAG = 256;

  private static final int ROBUST_HEAD_SIZE = 24;

  private FutexCalls() {}

  public static void addTo(SystemCallTable table) {
    table.add(
        98,
        "futex",
        FutexCalls::futex,
        Argument.ADDRESS,
        Argument.INT,
        Argument.INT,
        Argument.ADDRESS,
        Argument.ADDRESS,
        Argument.INT);
    table.add(99, "set_robust_list", FutexCalls::setRobustList, Argument.ADDRESS, Argument.LONG);
    table.add(
        100,
        "get_robust_list",
        FutexCalls::getRobustList,
        Argument.INT,
        Argument.out(8),
        Argument.out(8));
  }

  private static long futex(
      Task task, long address, long operation, long value, long fourth, long second, long third) {
    int command = (int) operation & ~(PRIVATE_FLAG | CLOCK_REALTIME_FLAG);
    boolean realtime = (operation & CLOCK_REALTIME_FLAG) != 0;
    if (realtime && command != WAIT && command != WAIT_BITSET && command != LOCK_PI2) {
      return Errno.ENOSYS;
    }
    if ((address & 3) != 0) {
      return Errno.EINVAL;
    }
    GuestMemory memory = task.memory();
    AddressSpace space = task.process().addressSpace();
    FutexTable futexes = space.futexes();
    boolean shared = (operation & PRIVATE_FLAG) == 0;
    CommonWord common = shared ? space.commonWord(address) : null;
    if (common != null) {
      return common(task, common, command, value, fourth, realtime);
    }
    long key = space.futexKey(address, shared);
    int count = (int) value;
    return switch (command) {
      case WAIT, WAIT_BITSET -> {
        int bits = command == WAIT ? FutexTable.MATCH_ANY : (int) third;
        if (bits == 0) {
          yield Errno.EINVAL;
        }
        long deadline = deadline(task, fourth, command == WAIT_BITSET, realtime);
        yield deadline == TimeValue.INVALID
            ? Errno.EINVAL
            : await(task, address, key, (int) value, bits, deadline);
      }
      case WAKE, WAKE_BITSET -> {
        int bits = command == WAKE ? FutexTable.MATCH_ANY : (int) third;
        if (bits == 0) {
          yield Errno.EINVAL;
        }
        // At least one waiter is woken, as Linux does, also for a count of 0 or less.
        yield memory.isReadable(address, 1)
            ? futexes.wake(key, Math.max(count, 1), bits)
            : Errno.EFAULT;
      }
      case REQUEUE, CMP_REQUEUE -> {
        Integer expected = command == CMP_REQUEUE ? Integer.valueOf((int) third) : null;
        yield count < 0 || (int) fourth < 0 || (second & 3) != 0
            ? Errno.EINVAL
            : futexes.requeue(
                memory,
                address,
                key,
                count,
                space.futexKey(second, shared),
                (int) fourth,
                expected);
      }
      case WAKE_OP ->
          (second & 3) != 0
              ? Errno.EINVAL
              : wakeWithOperation(
                  memory,
                  futexes,
                  key,
                  count,
                  second,
                  space.futexKey(second, shared),
                  (int) fourth,
                  (int) third);
      case LOCK_PI, LOCK_PI2 -> {
        // Without a flag for it, the first of the two has always meant the wall clock.
        long deadline = deadline(task, fourth, true, realtime || command == LOCK_PI);
        yield deadline == TimeValue.INVALID
            ? Errno.EINVAL
            : futexes
                .owned()
                .lock(
                    memory,
                    address,
                    key,
                    task.tid(),
                    tid -> task.process().table().task(tid) != null,
                    deadline,
                    task.signals()::interrupted);
      }
      case TRYLOCK_PI ->
          futexes
              .owned()
              .tryLock(
                  memory,
                  address,
                  key,
                  task.tid(),
                  tid -> task.process().table().task(tid) != null);
      case UNLOCK_PI -> futexes.owned().unlock(memory, address, key, task.tid());
      default -> Errno.ENOSYS;
    };
  }

  /** Words that several cVMs wait for: the operations that all C libraries use. */
  private static long common(
      Task task, CommonWord word, int command, long value, long timeout, boolean realtime) {
    return switch (command) {
      case WAIT, WAIT_BITSET -> {
        long deadline = deadline(task, timeout, command == WAIT_BITSET, realtime);
        if (deadline == TimeValue.INVALID) {
          yield Errno.EINVAL;
        }
        long result =
            word.waits().await(word.offset(), (int) value, deadline, task.signals()::interrupted);
        yield result == Errno.RESTART && deadline != Long.MAX_VALUE
            ? Errno.RESTART_NO_HANDLER
            : result;
      }
      case WAKE, WAKE_BITSET -> word.waits().wake(word.offset(), Math.max((int) value, 1));
      default -> Errno.ENOSYS;
    };
  }

  /** The deadline on {@link System#nanoTime}; {@link TimeValue#INVALID} for a bad time. */
  private static long deadline(Task task, long address, boolean absolute, boolean realtime) {
    if (address == 0) {
      return Long.MAX_VALUE;
    }
    long time = TimeValue.timespec(task.memory(), address);
    if (time == TimeValue.INVALID) {
      return TimeValue.INVALID;
    }
    return absolute
        ? task.process()
            .table()
            .clocks()
            .deadline(realtime ? Clocks.REALTIME : Clocks.MONOTONIC, time)
        : TimeValue.deadline(time);
  }

  private static long await(
      Task task, long address, long key, int expected, int bits, long deadline) {
    long result =
        task.process()
            .addressSpace()
            .futexes()
            .await(
                task.memory(), address, key, expected, bits, deadline, task.signals()::interrupted);
    return result == Errno.RESTART && deadline != Long.MAX_VALUE
        ? Errno.RESTART_NO_HANDLER
        : result;
  }

  /**
   * Decodes the operation word of FUTEX_WAKE_OP: operation in bits 28 to 31, comparison in 24 to
   * 27, their signed 12-bit arguments in 12 to 23 and 0 to 11.
   */
  private static long wakeWithOperation(
      GuestMemory memory,
      FutexTable futexes,
      long first,
      int firstCount,
      long address,
      long second,
      int secondCount,
      int encoded) {
    int shifted = encoded << 8 >> 20;
    int argument = (encoded & 1 << 31) != 0 ? 1 << (shifted & 31) : shifted;
    int compared = encoded << 20 >> 20;
    IntUnaryOperator operation =
        switch (encoded >>> 28 & 7) {
          case 0 -> old -> argument;
          case 1 -> old -> old + argument;
          case 2 -> old -> old | argument;
          case 3 -> old -> old & ~argument;
          case 4 -> old -> old ^ argument;
          default -> null;
        };
    IntUnaryOperator condition =
        switch (encoded >>> 24 & 15) {
          case 0 -> old -> truth(old == compared);
          case 1 -> old -> truth(old != compared);
          case 2 -> old -> truth(old < compared);
          case 3 -> old -> truth(old <= compared);
          case 4 -> old -> truth(old > compared);
          case 5 -> old -> truth(old >= compared);
          default -> null;
        };
    if (operation == null || condition == null) {
      return Errno.ENOSYS;
    }
    return futexes.wakeWithOperation(
        memory,
        first,
        Math.max(firstCount, 1),
        address,
        second,
        Math.max(secondCount, 1),
        operation,
        condition);
  }

  private static int truth(boolean value) {
    return value ? 1 : 0;
  }

  private static long setRobustList(Task task, long head, long length) {
    if (length != ROBUST_HEAD_SIZE) {
      return Errno.EINVAL;
    }
    task.setRobustList(head, length);
    return 0;
  }

  private static long getRobustList(Task task, long tid, long head, long length) {
    Task target = (int) tid == 0 ? task : task.process().table().task((int) tid);
    if (target == null || target.process() != task.process()) {
      return Errno.ESRCH;
    }
    task.memory().putLong(head, target.robustList());
    task.memory().putLong(length, ROBUST_HEAD_SIZE);
    return 0;
  }
}
