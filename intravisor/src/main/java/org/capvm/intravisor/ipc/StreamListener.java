package org.capvm.intravisor.ipc;

import java.util.ArrayDeque;
import java.util.Queue;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Wait.Outcome;

/** A name to which streams are connected, whose owner accepts them. */
public final class StreamListener implements AutoCloseable {
  /** Streams that wait to be accepted. */
  private static final int BACKLOG = 64;

  /** Ends of streams that one cVM can have. */
  private static final int MOST_STREAMS = 256;

  private final String name;
  private final Participant owner;
  private final AccessList access;
  private final Runnable onClose;
  private final Queue<CpStream> pending = new ArrayDeque<>();
  private final Queue<Wait> waits = new ArrayDeque<>();
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
    if (participant != owner && !access.mayWrite(participant.name())) {
      throw new IpcException(
          Kind.DENIED, "'%s' may not connect to '%s'".formatted(participant.name(), name));
    }
    if (participant.streams().size() >= MOST_STREAMS || owner.streams().size() >= MOST_STREAMS) {
      throw new IpcException(Kind.TOO_MANY, "a side of the stream has too many already");
    }
    if (pending.size() >= BACKLOG) {
      throw new IpcException(Kind.WOULD_BLOCK, "too many streams wait for '" + name + "'");
    }
    CpStream.Pair ends = CpStream.Pair.of(participant, owner);
    pending.add(ends.second());
    if (!waits.isEmpty()) {
      waits.remove().end(Outcome.WOKEN);
    }
    return ends.first();
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
          return pending.remove();
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
      pending.forEach(CpStream::breakOff);
      pending.clear();
      waits.forEach(wait -> wait.end(Outcome.GONE));
      waits.clear();
    }
  }
}
