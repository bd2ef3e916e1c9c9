package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.abi.TimeValue;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** sendmmsg and recvmmsg: several messages in one call. */
final class ManyMessageCalls {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_WAITFORONE = 0x10000;

  /** Messages of one call (UIO_MAXIOV). */
  private static final int LIMIT = 1024;

  /** struct mmsghdr: a struct msghdr and the number of bytes transferred. */
  private static final int ENTRY_SIZE = 64;

  private static final int LENGTH_OFFSET = 56;

  private ManyMessageCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(
        269,
        "sendmmsg",
        ManyMessageCalls::send,
        Argument.FD,
        Argument.ADDRESS,
        Argument.INT,
        Argument.HEX);
    table.add(
        243,
        "recvmmsg",
        ManyMessageCalls::receive,
        Argument.FD,
        Argument.ADDRESS,
        Argument.INT,
        Argument.HEX,
        Argument.inOrNull(TimeValue.SIZE));
  }

  /** A transfer of one message, by the address of its header. */
  @FunctionalInterface
  private interface Transfer {
    long apply(long header);
  }

  /** The number of messages transferred; the error of the first one when it failed. */
  private static long each(Task task, long vector, long from, long to, Transfer transfer) {
    GuestMemory memory = task.memory();
    for (long i = from; i < to; i++) {
      long header = vector + i * ENTRY_SIZE;
      memory.requireWritable(header, ENTRY_SIZE);
      long result = transfer.apply(header);
      if (result < 0) {
        return i > 0 ? i : result;
      }
      memory.putInt(header + LENGTH_OFFSET, (int) result);
    }
    return to;
  }

  private static long count(long given) {
    return Math.min(given & 0xffffffffL, LIMIT);
  }

  private static long send(Task task, long fd, long vector, long count, long flags) {
    return each(task, vector, 0, count(count), h -> MessageCalls.sendMessage(task, fd, h, flags));
  }

  private static long receive(
      Task task, long fd, long vector, long count, long flags, long timeout) {
    long deadline = Long.MAX_VALUE;
    if (timeout != 0) {
      long time = TimeValue.timespec(task.memory(), timeout);
      if (time == TimeValue.INVALID) {
        return Errno.EINVAL;
      }
      deadline = TimeValue.deadline(time);
    }
    long wanted = count(count);
    long passed = flags & ~MSG_WAITFORONE;
    long received = 0;
    while (received < wanted) {
      // As Linux, which looks at the time between messages only.
      if (received > 0 && System.nanoTime() >= deadline) {
        return received;
      }
      long now = received > 0 && (flags & MSG_WAITFORONE) != 0 ? passed | MSG_DONTWAIT : passed;
      long next =
          each(
              task,
              vector,
              received,
              received + 1,
              h -> MessageCalls.receiveMessage(task, fd, h, now));
      if (next <= received) {
        return next;
      }
      received = next;
    }
    return received;
  }
}
