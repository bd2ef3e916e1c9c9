package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.Host;

/**
 * POSIX record locks of a cVM: between its processes they are decided here, and what any of them
 * holds is held on the host too, against processes of the host.
 *
 * <p>A lock belongs to a process and a file, whichever descriptor it was set through; closing any
 * descriptor of the file gives up all of the process's locks on it. The host has the same rule, and
 * takes the whole JVM for one process: when a guest closes the file, other guests keep their locks
 * against each other, but no longer against processes of the host.
 */
public final class RecordLocks {
  private static final int F_SETLK = 6;
  private static final int F_RDLCK = 0;
  private static final int F_WRLCK = 1;
  private static final int F_UNLCK = 2;
  private static final int FLOCK_SIZE = 32;

  private final Map<FileKey, List<Lock>> files = new HashMap<>();

  /**
   * A lock that is held or asked for.
   *
   * @param owner the number of a process
   * @param end behind the last byte; {@link Long#MAX_VALUE} for the end of the file, wherever it is
   */
  public record Lock(int owner, long start, long end, boolean exclusive) {
    private boolean overlaps(Lock other) {
      return start < other.end && other.start < end;
    }

    private boolean conflicts(Lock other) {
      return owner != other.owner && overlaps(other) && (exclusive || other.exclusive);
    }

    private Lock range(long from, long to) {
      return new Lock(owner, from, to, exclusive);
    }
  }

  /** A lock of another process that keeps one from being set, or null. */
  public synchronized Lock conflicting(OpenFile file, Lock wanted) {
    return files.getOrDefault(FileKey.of(file), List.of()).stream()
        .filter(wanted::conflicts)
        .findFirst()
        .orElse(null);
  }

  /**
   * Sets a lock, in place of what its owner held of the range.
   *
   * @return 0, EAGAIN when another process holds a part of it, or the host's error
   */
  public synchronized long set(OpenFile file, Lock wanted) {
    if (conflicting(file, wanted) != null) {
      return Errno.EAGAIN;
    }
    long error = hold(file, wanted.exclusive ? F_WRLCK : F_RDLCK, wanted.start, wanted.end);
    if (error != 0) {
      return error;
    }
    List<Lock> locks = files.computeIfAbsent(FileKey.of(file), f -> new ArrayList<>());
    take(locks, wanted);
    locks.add(wanted);
    return 0;
  }

  /** Gives up what a process holds of a range. */
  public synchronized void clear(OpenFile file, int owner, long start, long end) {
    FileKey key = FileKey.of(file);
    List<Lock> locks = files.get(key);
    Lock range = new Lock(owner, start, end, false);
    if (locks == null || !take(locks, range)) {
      return;
    }
    hold(file, F_UNLCK, start, end);
    for (Lock lock : locks) {
      // What others share of the range, the host must keep.
      if (lock.owner != owner && lock.overlaps(range)) {
        hold(file, F_RDLCK, Math.max(lock.start, start), Math.min(lock.end, end));
      }
    }
    if (locks.isEmpty()) {
      files.remove(key);
    }
  }

  /** Gives up what a process holds of a file, one descriptor of which it closes. */
  public void clear(OpenFile file, int owner) {
    if (file.hostDescriptor() >= 0 && hasAny(owner)) {
      clear(file, owner, 0, Long.MAX_VALUE);
    }
  }

  private static long hold(OpenFile file, int type, long start, long end) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lock = arena.allocate(FLOCK_SIZE, 8);
      lock.set(ValueLayout.JAVA_SHORT, 0, (short) type);
      lock.set(ValueLayout.JAVA_LONG, 8, start);
      lock.set(ValueLayout.JAVA_LONG, 16, end == Long.MAX_VALUE ? 0 : end - start);
      return Host.lock(file.hostDescriptor(), F_SETLK, lock);
    }
  }

  /** Whether a process holds any lock. */
  private synchronized boolean hasAny(int owner) {
    return files.values().stream().anyMatch(l -> l.stream().anyMatch(k -> k.owner == owner));
  }

  /** Takes a range out of its owner's locks; whether there was any. */
  private static boolean take(List<Lock> locks, Lock range) {
    List<Lock> rest = new ArrayList<>();
    boolean found = false;
    Iterator<Lock> all = locks.iterator();
    while (all.hasNext()) {
      Lock lock = all.next();
      if (lock.owner == range.owner && lock.overlaps(range)) {
        found = true;
        all.remove();
        if (lock.start < range.start) {
          rest.add(lock.range(lock.start, range.start));
        }
        if (range.end < lock.end) {
          rest.add(lock.range(range.end, lock.end));
        }
      }
    }
    locks.addAll(rest);
    return found;
  }
}
