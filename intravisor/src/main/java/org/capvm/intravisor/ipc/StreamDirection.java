package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Wait.Outcome;

/**
 * One direction of a stream. The receiver offers a buffer of its memory; the sender copies into it,
 * and there is no other place where bytes could be: a sender waits while no room is offered.
 *
 * <p>An offer is open from {@link #offer} until it is taken. What is sent meanwhile is appended to
 * it. Every change of the state ends all waits of those that the change may concern, who then look
 * again: so no change is slept through, whoever it was for.
 */
final class StreamDirection {
  /**
   * Bytes that are copied while the direction is locked: some microseconds, so that nobody waits
   * long for the lock, and many times the cost of taking it.
   */
  private static final long PIECE = 64 << 10;

  private final Queue<Wait> waits = new ArrayDeque<>();
  private Room target;
  private long filled;
  private ReadinessObserver receiver = ReadinessObserver.NOBODY;
  private ReadinessObserver sender = ReadinessObserver.NOBODY;
  private boolean ended;
  private boolean refused;
  private boolean broken;

  // The sender's side -------------------------------------------------------------------------

  /**
   * Sends bytes.
   *
   * @param waits whether it waits until all are sent, or else sends what there is room for
   * @return how many were sent, at least one where there was one to send
   * @throws IpcException {@code WOULD_BLOCK} when there is no room, {@code GONE} when nobody will
   *     receive any more
   */
  long send(Participant sender, MemorySegment bytes, boolean waits) throws IpcException {
    long sent = 0;
    while (sent < bytes.byteSize()) {
      Wait wait = null;
      synchronized (this) {
        Readiness state = room();
        if (state == Readiness.READY) {
          sent += copy(bytes.asSlice(sent));
          continue;
        }
        if (state == Readiness.OVER || !waits) {
          if (sent > 0) {
            return sent;
          }
          throw state == Readiness.OVER
              ? new IpcException(Kind.GONE, "nobody receives")
              : new IpcException(Kind.WOULD_BLOCK, "no room is offered");
        }
        wait = begin();
      }
      if (await(sender, wait, Participant.FOR_EVER) == Outcome.INTERRUPTED && sent > 0) {
        return sent;
      }
      requireRunning(sender);
    }
    return sent;
  }

  private Readiness room() {
    if (refused || ended || broken) {
      return Readiness.OVER;
    }
    return target != null && filled < target.size() ? Readiness.READY : Readiness.NOT_YET;
  }

  private long copy(MemorySegment bytes) {
    long n = Math.min(PIECE, Math.min(bytes.byteSize(), target.size() - filled));
    target.put(filled, bytes.asSlice(0, n));
    filled += n;
    changed();
    return n;
  }

  /** Nothing more will be sent. */
  synchronized void end() {
    ended = true;
    changed();
  }

  // The receiver's side ------------------------------------------------------------------------

  /**
   * Offers room in the receiver's memory, until it is taken.
   *
   * @throws IpcException {@code INVALID} when another is offered
   */
  synchronized void offer(Room room) throws IpcException {
    if (target != null || room.size() <= 0) {
      throw new IpcException(Kind.INVALID, "a buffer is offered already, or it has no bytes");
    }
    target = room;
    filled = 0;
    changed();
  }

  /**
   * Ends the offer when something was received.
   *
   * @return how many bytes it holds; 0 at the end of the stream
   * @throws IpcException {@code WOULD_BLOCK} when it holds nothing yet, and stays offered; {@code
   *     GONE} when the sender has ended without saying so
   */
  synchronized long take() throws IpcException {
    return switch (received()) {
      case READY -> withdraw();
      case NOT_YET -> throw new IpcException(Kind.WOULD_BLOCK, "nothing was sent");
      case OVER -> {
        withdraw();
        if (broken) {
          throw new IpcException(Kind.GONE, "the sender has ended");
        }
        yield 0;
      }
    };
  }

  private Readiness received() {
    if (target != null && filled > 0) {
      return Readiness.READY;
    }
    return ended || broken || refused ? Readiness.OVER : Readiness.NOT_YET;
  }

  private long withdraw() {
    long result = filled;
    target = null;
    filled = 0;
    tell();
    return result;
  }

  /**
   * Offers room, waits until something was received, and takes it. There is no form that does not
   * wait: without an offer nothing can have come; see {@link #offer} and {@link #take}.
   */
  long receive(Participant receiver, Room room) throws IpcException {
    offer(room);
    boolean taken = false;
    try {
      while (true) {
        Wait wait;
        synchronized (this) {
          if (received() != Readiness.NOT_YET) {
            long n = take();
            taken = true;
            return n;
          }
          wait = begin();
        }
        await(receiver, wait, Participant.FOR_EVER);
        requireRunning(receiver);
      }
    } finally {
      if (!taken) {
        synchronized (this) {
          withdraw();
        }
      }
    }
  }

  /** Nothing more will be received. */
  synchronized void refuse() {
    refused = true;
    withdraw();
    changed();
  }

  /** A side has ended without saying so. Bytes that were sent can still be taken. */
  synchronized void breakOff() {
    broken = !ended;
    changed();
  }

  // Looking and waiting -----------------------------------------------------------------------

  synchronized boolean isWritable() {
    return room() != Readiness.NOT_YET;
  }

  synchronized boolean isReadable() {
    return received() != Readiness.NOT_YET;
  }

  /** Lets any change from now on end a wait. */
  synchronized void begin(Wait wait) {
    waits.add(wait);
  }

  private Wait begin() {
    Wait wait = new Wait();
    waits.add(wait);
    return wait;
  }

  /** Forgets a wait that is waited for no longer. */
  synchronized void forget(Wait wait) {
    waits.remove(wait);
  }

  private Outcome await(Participant participant, Wait wait, long nanoseconds) {
    Outcome outcome = participant.await(wait, nanoseconds);
    forget(wait);
    return outcome;
  }

  private static void requireRunning(Participant participant) throws IpcException {
    if (participant.hasEnded() || Thread.currentThread().isInterrupted()) {
      throw new IpcException(Kind.INTERRUPTED, participant.name() + " ends");
    }
  }

  /** Tells somebody, now and at each change, what the receiver would find. */
  synchronized void observeReceiver(ReadinessObserver observer) {
    receiver = observer;
    tell();
  }

  /** Tells somebody, now and at each change, what the sender would find. */
  synchronized void observeSender(ReadinessObserver observer) {
    sender = observer;
    tell();
  }

  private void changed() {
    waits.forEach(wait -> wait.end(Outcome.WOKEN));
    waits.clear();
    tell();
  }

  private void tell() {
    receiver.changed(received());
    sender.changed(room());
  }
}
