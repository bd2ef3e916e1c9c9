package org.capvm.intravisor.kernel.host.signal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.DescriptorFile;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.Host;

/**
 * A descriptor that signals are read from (signalfd). An event counter of the host is readable
 * while one of them waits, for poll and epoll: in the process that made the file, or read it last.
 */
public final class SignalFile extends DescriptorFile {
  /** Size of struct signalfd_siginfo in bytes. */
  static final int RECORD = 128;

  private static final int OWNER_ONLY = 0600;

  private volatile long mask;
  private ProcessSignals watched;
  private boolean raised;

  /**
   * @param descriptor an event counter of the host, owned by this file
   * @param flags O_NONBLOCK or 0
   */
  public SignalFile(int descriptor, int flags, long mask, ProcessSignals process) {
    super(descriptor, OpenFlags.READ_WRITE | flags);
    setMask(mask, process);
  }

  /** Replaces the set of signals that are read. */
  public void setMask(long signals, ProcessSignals process) {
    mask = signals & ~Signals.UNBLOCKABLE;
    watch(process);
  }

  private synchronized void watch(ProcessSignals process) {
    if (watched != null && watched != process) {
      watched.unwatch(this);
    }
    watched = process;
    process.watch(this);
  }

  /** Tells which signals wait now; called with the monitor of the process's signals held. */
  void pendingChanged(long pending) {
    boolean ready = (pending & mask) != 0;
    if (ready != raised) {
      raised = ready;
      if (ready) {
        Host.raise(descriptor);
      } else {
        Host.clear(descriptor);
      }
    }
  }

  /**
   * Takes signals that wait for a task.
   *
   * @return the number of bytes stored, EAGAIN when none waits, EINVAL when there is no room
   */
  public long read(TaskSignals task, MemorySegment to) {
    watch(task.process());
    if (to.byteSize() < RECORD) {
      return Errno.EINVAL;
    }
    long stored = 0;
    while (stored + RECORD <= to.byteSize()) {
      SignalInfo info = task.take(mask);
      if (info == null) {
        return stored == 0 ? Errno.EAGAIN : stored;
      }
      store(info, to.asSlice(stored, RECORD));
      stored += RECORD;
    }
    return stored;
  }

  private static void store(SignalInfo info, MemorySegment record) {
    record.fill((byte) 0);
    putInt(record, 0, info.number());
    putInt(record, 4, info.error());
    putInt(record, 8, info.code());
    if (info.code() == SignalInfo.SI_TIMER) {
      putInt(record, 24, (int) info.w0());
      putInt(record, 32, (int) (info.w0() >>> 32));
      putValue(record, info.w1());
      return;
    }
    putInt(record, 12, info.pid());
    putInt(record, 16, info.uid());
    if (info.code() < 0 && info.code() != SignalInfo.SI_TKILL) {
      putValue(record, info.w1());
    } else if (info.number() == Signals.SIGCHLD && info.code() > 0) {
      putInt(record, 40, (int) info.w1());
      record.set(ValueLayout.JAVA_LONG_UNALIGNED, 56, info.w2());
      record.set(ValueLayout.JAVA_LONG_UNALIGNED, 64, info.w3());
    }
  }

  private static void putValue(MemorySegment record, long value) {
    putInt(record, 44, (int) value);
    record.set(ValueLayout.JAVA_LONG_UNALIGNED, 48, value);
  }

  private static void putInt(MemorySegment record, long offset, int value) {
    record.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value);
  }

  @Override
  protected void close() {
    synchronized (this) {
      watched.unwatch(this);
    }
    super.close();
  }

  @Override
  public String name() {
    return "anon_inode:[signalfd]";
  }

  @Override
  public long status(FileStatus status) {
    status.mode = OWNER_ONLY;
    status.inode = descriptor;
    return 0;
  }
}
