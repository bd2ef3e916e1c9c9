package org.capvm;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.runtime.memory.MemoryView;

/**
 * A buffer (a CP_File) that Java shares with the cVMs of a {@link CvmGroup}. All see the same
 * pages: nothing is copied, and nobody stands between. What cVMs may write is no more trustworthy
 * than they are.
 */
public final class SharedBuffer implements AutoCloseable {
  private final CpFile file;
  private final Participant java;
  private final MemoryView view;

  SharedBuffer(CpFile file, Participant java) throws IpcException {
    this.file = file;
    this.java = java;
    this.view = file.view(true);
  }

  /** The name by which cVMs open it. */
  public String name() {
    return file.name();
  }

  /** In bytes. */
  public long size() {
    return file.size();
  }

  /**
   * Its bytes; guests are little-endian. Usable from any thread; once this is closed an access
   * throws {@link IllegalStateException}, and a copy that is going on may see zeroes. For words
   * that others change at the same time, use the atomic access modes of {@code VarHandle}.
   */
  public MemorySegment memory() {
    return view.segment().asSlice(0, file.size());
  }

  /**
   * Waits while a word has a value, until {@link #wake} or a guest's {@code cp_file_wake}.
   *
   * @param offset of the word in bytes, a multiple of 4
   * @param limit how long to wait
   * @return false when the time was up; true may also mean that somebody woke without a change
   * @throws IllegalArgumentException when there is no such word
   * @throws IllegalStateException when this is closed
   */
  public boolean await(long offset, int expected, Duration limit) throws InterruptedException {
    try {
      file.await(java, offset, expected, limit.toNanos());
      return true;
    } catch (IpcException e) {
      return switch (e.kind()) {
        case TIMED_OUT -> false;
        case INTERRUPTED -> throw interrupted();
        default -> throw unchecked(e);
      };
    }
  }

  private static InterruptedException interrupted() {
    Thread.interrupted();
    return new InterruptedException();
  }

  /**
   * Wakes those that wait for a word, those that have waited longest first.
   *
   * @param offset of the word in bytes, a multiple of 4
   * @param most how many at most
   * @return how many
   * @throws IllegalArgumentException when there is no such word
   */
  public int wake(long offset, int most) {
    try {
      return file.wake(offset, most);
    } catch (IpcException e) {
      throw unchecked(e);
    }
  }

  private static RuntimeException unchecked(IpcException e) {
    return e.kind() == IpcException.Kind.INVALID
        ? new IllegalArgumentException(e.getMessage(), e)
        : new IllegalStateException(e.getMessage(), e);
  }

  /**
   * Takes it away from a cVM, which cannot open it again. When this returns, nothing that the cVM
   * has kept or is doing reaches the contents.
   */
  public void revoke(String cvm) {
    file.revoke(cvm);
  }

  /** Takes it away from everybody, and gives name and memory back. */
  @Override
  public void close() {
    file.close();
  }
}
