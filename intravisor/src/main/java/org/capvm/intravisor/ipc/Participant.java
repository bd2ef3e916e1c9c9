package org.capvm.intravisor.ipc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.capvm.intravisor.ipc.Wait.Outcome;
import org.capvm.runtime.memory.Window;

/** A cVM, or the Intravisor itself, as the other side sees it: somebody who owns and is granted. */
public final class Participant {
  /** To wait for ever. */
  public static final long FOR_EVER = -1;

  /** Bytes of calls that were started and not collected. */
  private static final long MOST_CALL_BYTES = 16 << 20;

  private final String name;
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private final Set<CpStream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicLong bufferBytes = new AtomicLong();
  private final AtomicLong callBytes = new AtomicLong();
  private final boolean guest;
  private volatile Window window;
  private volatile boolean ended;
  private volatile boolean killed;

  private final Patience patience = new Patience();

  /**
   * @param name unique among those that run together
   * @param window where its grants are mapped; null for the Intravisor and for cVMs whose kernel
   *     maps grants
   */
  public Participant(String name, Window window) {
    this(name, window, false);
  }

  private Participant(String name, Window window, boolean guest) {
    this.guest = guest;
    this.name = name;
    this.window = window;
  }

  /** A cVM, which says later where its grants are mapped. */
  static Participant guest(String name) {
    return new Participant(name, null, true);
  }

  /** Whether it takes what it wants without being asked to. */
  boolean isGuest() {
    return guest;
  }

  public String name() {
    return name;
  }

  /** Says where its grants are mapped, before it opens anything. */
  public void enter(Window memory) {
    window = memory;
  }

  /** Its memory, or null. */
  Window window() {
    return window;
  }

  /** The ends of streams that it has. */
  Set<CpStream> streams() {
    return streams;
  }

  /** Bytes of the buffers that it owns. */
  AtomicLong bufferBytes() {
    return bufferBytes;
  }

  /**
   * Counts bytes of a call that it starts and does not wait for, which lie in the JVM's own memory.
   *
   * @throws IpcException when it has too many
   */
  public void addCallBytes(long bytes) throws IpcException {
    if (callBytes.addAndGet(bytes) > MOST_CALL_BYTES) {
      callBytes.addAndGet(-bytes);
      throw new IpcException(
          IpcException.Kind.TOO_LARGE, "calls that were started have too many bytes");
    }
  }

  /** Such a call is forgotten. */
  public void removeCallBytes(long bytes) {
    callBytes.addAndGet(-bytes);
  }

  boolean hasEnded() {
    return ended;
  }

  /**
   * The cVM is being killed: its streams break off, also where its kernel closes them from now on.
   */
  public void kill() {
    killed = true;
  }

  boolean isKilled() {
    return killed;
  }

  /**
   * Ends all its waits, now and for ever, because the cVM is to end. {@link IpcNamespace#end}
   * follows when its harts have stopped.
   */
  public void interrupt() {
    ended = true;
    waits.forEach(wait -> wait.end(Outcome.INTERRUPTED));
  }

  /**
   * Waits on one of its threads.
   *
   * @param wait is ended by whom it waits for
   * @param nanoseconds at most, or {@link #FOR_EVER}
   * @return how it ended: a wait that is ended at the last moment was not in vain
   */
  Outcome await(Wait wait, long nanoseconds) {
    return await(wait, nanoseconds, patience);
  }

  /**
   * As {@link #await(Wait, long)}.
   *
   * @param own of waits for the same, whatever the participant's others are like
   */
  Outcome await(Wait wait, long nanoseconds, Patience own) {
    long start = System.nanoTime();
    waits.add(wait);
    try {
      if (ended) {
        wait.end(Outcome.INTERRUPTED);
      }
      own.look(wait, start, nanoseconds);
      Outcome outcome =
          nanoseconds < 0
              ? wait.future().get()
              : wait.future().get(nanoseconds, TimeUnit.NANOSECONDS);
      own.ended(start, wait.endTime());
      return outcome;
    } catch (TimeoutException e) {
      wait.end(Outcome.TIMED_OUT);
      return wait.future().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      wait.end(Outcome.INTERRUPTED);
      return wait.future().join();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      waits.remove(wait);
    }
  }
}
