package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Wait.Outcome;

/**
 * One direction of a stream. The receiver offers a buffer of its memory; the sender copies into it,
 * and there is no other place where bytes could be: a sender waits while no room is offered.
 *
 * <p>An offer is open from {@link #offer} until it is taken. What is sent meanwhile is appended to
 * it, a piece at a time. Nothing is locked while a piece is copied, so that the receiver can look
 * what has come; who ends the offer waits for the piece. Every change of the state ends all waits
 * of those that the change may concern, who then look again: so no change is slept through, whoever
 * it was for.
 */
final class StreamDirection {
  /**
   * Bytes that are copied at once: the receiver sees them when all are there, and who ends the
   * offer waits for them, 2 us. Of messages of 64 KiB each took 6.9 us in pieces of that size, 8.1
   * in pieces of 16 KiB and 8.9 of 8 KiB: two processors pass the lock and the wait on for each.
   */
  private static final long PIECE = 64 << 10;

  /** How often who ends an offer looks for the end of a piece: some times what it takes. */
  private static final int LOOKS = 1000;

  /** How long it sleeps then, again and again: whoever copies does not run at present. */
  private static final long NAP_NANOSECONDS = 20_000;

  private final Queue<Wait> waits = new ArrayDeque<>();
  private final Patience sending = new Patience();
  private final Patience receiving = new Patience();
  private Room target;
  private long filled;

  /** Somebody writes to the target, behind what is filled; changed with the lock held. */
  private volatile boolean copying;

  /** How many wait for the end of a piece; no other begins before they are through. */
  private int quieting;

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
      long n;
      Wait wait = null;
      synchronized (this) {
        n = beginPiece(bytes.byteSize() - sent);
        if (n == 0) {
          boolean over = room() == Readiness.OVER;
          if (over || !waits) {
            if (sent > 0) {
              return sent;
            }
            throw over
                ? new IpcException(Kind.GONE, "nobody receives")
                : new IpcException(Kind.WOULD_BLOCK, "no room is offered");
          }
          wait = begin();
        }
      }
      if (n > 0) {
        copy(bytes.asSlice(sent, n));
        sent += n;
        continue;
      }
      if (await(sender, wait, sending) == Outcome.INTERRUPTED && sent > 0) {
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
    boolean hasRoom = target != null && filled < target.size();
    return hasRoom && !copying && quieting == 0 ? Readiness.READY : Readiness.NOT_YET;
  }

  /** Takes the next bytes of the room for a piece: how many, or 0 when there are none now. */
  private long beginPiece(long most) {
    if (room() != Readiness.READY) {
      return 0;
    }
    copying = true;
    return Math.min(PIECE, Math.min(most, target.size() - filled));
  }

  /** Copies a piece that was begun: until it has ended, the offer and its filled part stay. */
  private void copy(MemorySegment piece) {
    long n = 0;
    try {
      target.put(filled, piece);
      n = piece.byteSize();
    } finally {
      endPiece(n);
    }
  }

  private synchronized void endPiece(long n) {
    filled += n;
    copying = false;
    changed();
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
  long take() throws IpcException {
    return quietly(
        () ->
            switch (received()) {
              case READY -> withdraw();
              case NOT_YET -> throw new IpcException(Kind.WOULD_BLOCK, "nothing was sent");
              case OVER -> {
                withdraw();
                if (broken) {
                  throw new IpcException(Kind.GONE, "the sender has ended");
                }
                yield 0L;
              }
            });
  }

  /** What needs the lock, and that no piece is copied. */
  @FunctionalInterface
  private interface Action {
    long run() throws IpcException;
  }

  /** Keeps further pieces away, waits for the end of one, and does something. */
  private long quietly(Action action) throws IpcException {
    synchronized (this) {
      if (!copying) {
        return action.run();
      }
      quieting++;
    }
    awaitEndOfPiece();
    synchronized (this) {
      quieting--;
      try {
        return action.run();
      } finally {
        changed(); // Where the offer is still open, senders have seen no room meanwhile.
      }
    }
  }

  /** The lock is not held: the end of a piece needs it. */
  private void awaitEndOfPiece() {
    for (int looks = 0; copying; looks++) {
      if (looks < LOOKS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, NAP_NANOSECONDS);
      }
    }
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
        Wait wait = beginUnlessReadable();
        if (wait == null) {
          long n = take();
          taken = true;
          return n;
        }
        await(receiver, wait, receiving);
        requireRunning(receiver);
      }
    } finally {
      if (!taken) {
        quietly(this::withdraw);
      }
    }
  }

  private synchronized Wait beginUnlessReadable() {
    return received() == Readiness.NOT_YET ? begin() : null;
  }

  /** Nothing more will be received. */
  void refuse() {
    synchronized (this) {
      refused = true;
    }
    try {
      quietly(
          () -> {
            withdraw();
            changed();
            return 0;
          });
    } catch (IpcException e) {
      throw new IllegalStateException("who ends an offer is refused nothing", e);
    }
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

  private Outcome await(Participant participant, Wait wait, Patience patience) {
    Outcome outcome = participant.await(wait, Participant.FOR_EVER, patience);
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
