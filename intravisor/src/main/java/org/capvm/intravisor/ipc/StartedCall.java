package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Wait.Outcome;

/** A call that its caller does not wait for: bytes, and a result that can be asked for. */
public final class StartedCall implements CallBuffer {
  private final byte[] bytes;
  private final List<Wait> waits = new ArrayList<>();
  private Runnable onEnd = () -> {};
  private boolean ended;
  private IpcException failure;
  private long result;

  /**
   * @param contents is copied
   */
  public StartedCall(MemorySegment contents) {
    bytes = contents.toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public MemorySegment contents() {
    return MemorySegment.ofArray(bytes).asReadOnly();
  }

  /** What is done when it ends; before it is started. It neither waits nor calls back. */
  public synchronized void onEnd(Runnable action) {
    onEnd = action;
  }

  /** What the callee made of the bytes, when it has ended. */
  @Override
  public void reply(MemorySegment copy) {
    MemorySegment.ofArray(bytes).copyFrom(copy);
  }

  /** The function has returned. */
  public synchronized void succeed(long value) {
    result = value;
    end();
  }

  /** There will be no result. */
  public synchronized void fail(IpcException reason) {
    failure = reason;
    end();
  }

  private void end() {
    ended = true;
    onEnd.run();
    waits.forEach(wait -> wait.end(Outcome.WOKEN));
    waits.clear();
  }

  /**
   * Waits for the result.
   *
   * @param nanoseconds at most, or {@link Participant#FOR_EVER}
   * @throws IpcException when there is none, or none yet
   */
  public long await(Participant caller, long nanoseconds) throws IpcException {
    Wait wait = new Wait();
    synchronized (this) {
      if (!ended) {
        waits.add(wait);
      }
    }
    if (!hasEnded()) {
      Outcome outcome = caller.await(wait, nanoseconds);
      synchronized (this) {
        waits.remove(wait);
      }
      if (outcome == Outcome.INTERRUPTED) {
        throw new IpcException(Kind.INTERRUPTED, caller.name() + " ends");
      }
    }
    return result();
  }

  /**
   * The result, without waiting for it.
   *
   * @throws IpcException when there is none, or none yet
   */
  public synchronized long result() throws IpcException {
    if (!ended) {
      throw new IpcException(Kind.TIMED_OUT, "the call goes on");
    }
    if (failure != null) {
      throw new IpcException(failure.kind(), failure.getMessage());
    }
    return result;
  }

  /** Whether it has a result, or will have none. */
  public synchronized boolean hasEnded() {
    return ended;
  }
}
