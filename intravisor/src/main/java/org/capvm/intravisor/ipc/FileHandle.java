package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.runtime.memory.MemoryFile;
import org.capvm.runtime.memory.Window;

/**
 * What the kernel of a cVM has of a buffer that its programs opened: it copies bytes for them, and
 * shows pages in their windows, until it is closed or taken back. When {@link #revoke} has returned
 * no copy goes on, and the pages that were shown are dead.
 */
public final class FileHandle implements AutoCloseable {
  /**
   * Bytes that are copied while the handle is locked: some microseconds, so that who takes it back
   * does not wait long.
   */
  private static final long PIECE = 64 << 10;

  private record Shown(Window window, long start, long end) {}

  private final CpFile file;
  private final Participant participant;
  private final MemorySegment contents;
  private final MemoryFile memory;
  private final List<Shown> shown = new ArrayList<>();
  private boolean revoked;

  FileHandle(CpFile file, Participant participant, MemorySegment contents, MemoryFile memory) {
    this.file = file;
    this.participant = participant;
    this.contents = contents.asSlice(0, file.size());
    this.memory = memory;
  }

  /** The buffer, which may be gone. */
  public CpFile file() {
    return file;
  }

  /** The cVM that has it. */
  public Participant participant() {
    return participant;
  }

  /**
   * Copies bytes out of the buffer.
   *
   * @param offset in the buffer, not negative
   * @return how many, 0 at the end of the buffer
   * @throws IpcException {@code GONE} when it was taken back
   */
  public long read(MemorySegment to, long offset) throws IpcException {
    return transfer(
        to.byteSize(), offset, (done, at, n) -> MemorySegment.copy(contents, at, to, done, n));
  }

  /** Copies bytes into the buffer, as {@link #read} out of it. */
  public long write(MemorySegment from, long offset) throws IpcException {
    return transfer(
        from.byteSize(), offset, (done, at, n) -> MemorySegment.copy(from, done, contents, at, n));
  }

  @FunctionalInterface
  private interface Piece {
    void copy(long done, long at, long bytes);
  }

  private long transfer(long wanted, long offset, Piece piece) throws IpcException {
    long bytes = Math.clamp(file.size() - offset, 0, wanted);
    requireNotRevoked();
    for (long done = 0; done < bytes; done += PIECE) {
      synchronized (this) {
        requireNotRevoked();
        piece.copy(done, offset + done, Math.min(PIECE, bytes - done));
      }
    }
    return bytes;
  }

  private synchronized void requireNotRevoked() throws IpcException {
    if (revoked) {
      throw new IpcException(Kind.GONE, "'" + file.name() + "' was taken back");
    }
  }

  /** Whether it was taken back. */
  public synchronized boolean isRevoked() {
    return revoked;
  }

  /**
   * Waits while a word has a value, parked, as {@link CpFile#await} does for others.
   *
   * @param offset of the word in bytes
   * @param deadline of {@link System#nanoTime}, {@link Long#MAX_VALUE} for none
   * @param interrupted whether the wait must end; whoever makes it true unparks the thread
   * @return false when the word has another value already
   */
  public boolean await(long offset, int expected, long deadline, BooleanSupplier interrupted)
      throws IpcException {
    return file.await(this, offset, expected, deadline, interrupted);
  }

  /**
   * Shows pages in a window.
   *
   * @param offset of the first byte in the buffer; all bounds are multiples of {@link Window#PAGE}
   * @throws IpcException {@code GONE}, {@code INVALID} for pages that the buffer does not have, or
   *     {@code NO_MEMORY}
   */
  public synchronized void show(Window window, long address, long length, long offset)
      throws IpcException {
    requireNotRevoked();
    if (offset < 0 || length <= 0 || offset > memory.size() - length) {
      throw new IpcException(Kind.INVALID, "'" + file.name() + "' has no such pages");
    }
    if (!window.share(address, length, memory, offset)) {
      throw new IpcException(Kind.NO_MEMORY, "the host maps no more");
    }
    shown.add(new Shown(window, address, address + length));
  }

  /** Pages of a window, which show this, do not any more. */
  public synchronized void forget(Window window, long address, long length) {
    long end = address + length;
    List<Shown> left = new ArrayList<>();
    for (Shown range : shown) {
      if (range.window() != window || range.end() <= address || end <= range.start()) {
        left.add(range);
        continue;
      }
      if (range.start() < address) {
        left.add(new Shown(window, range.start(), address));
      }
      if (end < range.end()) {
        left.add(new Shown(window, end, range.end()));
      }
    }
    shown.clear();
    shown.addAll(left);
  }

  /**
   * Takes it back.
   *
   * @throws OutOfMemoryError when the host cannot replace pages: some still show the buffer
   */
  synchronized void revoke() {
    revoked = true;
    for (Shown range : shown) {
      long length = range.end() - range.start();
      range.window().pages().set(range.start(), length, 0);
      range.window().unshare(range.start(), length);
    }
    shown.clear();
  }

  /** Gives it back; nothing shows it any more. */
  @Override
  public void close() {
    file.forget(this);
  }
}
