package org.capvm.intravisor.ipc;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Wait.Outcome;

/** A name to which streams are connected, whose owner accepts them. */
public final class StreamListener implements AutoCloseable {
  /** Streams of one cVM that wait to be accepted: however many it makes, others have theirs. */
  private static final int BACKLOG = 64;

  /** Streams that one cVM can have made at a time. */
  private static final int MOST_CONNECTED = 256;

  /**
   * Streams that one cVM can have accepted at a time. More than a few others can make, so that none
   * of them takes all; it bounds what a cVM that closes nothing costs.
   */
  private static final int MOST_ACCEPTED = 4096;

  private final String name;
  private final Participant owner;
  private final AccessList access;
  private final Runnable onClose;
  private final Queue<Connection> pending = new ArrayDeque<>();
  private final Queue<Wait> waits = new ArrayDeque<>();
  private final Set<ReadinessObserver> observers = new HashSet<>();
  private boolean takenUp;
  private boolean closed;

  /**
   * @param access its writers may connect
   * @param onClose gives the name back
   */
  StreamListener(String name, Participant owner, AccessList access, Runnable onClose) {
    this.name = name;
    this.owner = owner;
    this.access = access;
    this.onClose = onClose;
  }

  /**
   * Connects; what is sent waits until the stream is accepted.
   *
   * @throws IpcException {@code WOULD_BLOCK} while too many streams wait to be accepted
   */
  synchronized CpStream connect(Participant participant) throws IpcException {
    if (closed) {
      throw new IpcException(Kind.NO_SUCH_NAME, "'" + name + "' is gone");
    }
    if (!mayConnect(participant)) {
      throw new IpcException(
          Kind.DENIED, "'%s' may not connect to '%s'".formatted(participant.name(), name));
    }
    requireFewStreams(participant, true, MOST_CONNECTED);
    if (pending.stream().filter(c -> c.connector() == participant).count() >= BACKLOG) {
      throw new IpcException(Kind.WOULD_BLOCK, "too many streams wait for '" + name + "'");
    }
    Connection connection = new Connection(name, participant);
    pending.add(connection);
    if (!waits.isEmpty()) {
      waits.remove().end(Outcome.WOKEN);
    }
    tell();
    return connection.connected();
  }

  private static void requireFewStreams(Participant participant, boolean connected, int most)
      throws IpcException {
    if (participant.streams().stream().filter(s -> s.hasConnected() == connected).count() >= most) {
      throw new IpcException(
          Kind.TOO_MANY, "'" + participant.name() + "' has too many streams already");
    }
  }

  /** The name that is connected to. */
  public String name() {
    return name;
  }

  /** Who accepts. */
  public Participant owner() {
    return owner;
  }

  /** Whether somebody may connect. */
  public boolean mayConnect(Participant participant) {
    return participant == owner || access.mayWrite(participant.name());
  }

  /** Its owner listens; whether nobody did before. */
  synchronized boolean takeUp() {
    boolean first = !takenUp;
    takenUp = true;
    return first;
  }

  /** Tells somebody, now and at each change, what {@link #accept} would find. */
  public synchronized void observe(ReadinessObserver observer) {
    observers.add(observer);
    observer.changed(readiness());
  }

  /** Ends {@link #observe}. */
  public synchronized void forget(ReadinessObserver observer) {
    observers.remove(observer);
  }

  private Readiness readiness() {
    if (closed) {
      return Readiness.OVER;
    }
    return pending.isEmpty() ? Readiness.NOT_YET : Readiness.READY;
  }

  private void tell() {
    observers.forEach(observer -> observer.changed(readiness()));
  }

  /**
   * The next stream.
   *
   * @throws IpcException {@code WOULD_BLOCK} when there is none and it shall not wait
   */
  public CpStream accept(boolean wait) throws IpcException {
    while (true) {
      Wait next = new Wait();
      synchronized (this) {
        if (closed) {
          throw new IpcException(Kind.GONE, "'" + name + "' is gone");
        }
        if (!pending.isEmpty()) {
          requireFewStreams(owner, false, MOST_ACCEPTED);
          Connection connection = pending.remove();
          tell();
          return connection.acceptedBy(owner);
        }
        if (!wait) {
          throw new IpcException(Kind.WOULD_BLOCK, "nobody has connected to '" + name + "'");
        }
        waits.add(next);
      }
      if (owner.await(next, Participant.FOR_EVER) == Outcome.INTERRUPTED) {
        throw new IpcException(Kind.INTERRUPTED, owner.name() + " ends");
      }
    }
  }

  /** Gives the name back; streams that were not accepted break off. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      onClose.run();
      pending.forEach(Connection::breakOff);
      pending.clear();
      waits.forEach(wait -> wait.end(Outcome.GONE));
      waits.clear();
      tell();
      observers.clear();
    }
  }
}
