package org.capvm.intravisor.ipc;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.event.IpcEvent;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Wait.Outcome;

/** One end of a stream between two cVMs: each end sends and receives. */
public final class CpStream implements AutoCloseable {
  /** In {@link #poll}: something lies in what was offered, or the other end will send no more. */
  public static final int READABLE = 1;

  /** In {@link #poll}: the other end offers room, or will receive no more. */
  public static final int WRITABLE = 4;

  private final String name;
  private final Participant participant;
  private final boolean connected;
  private final StreamDirection incoming;
  private final StreamDirection outgoing;
  private final Patience polling = new Patience();
  private boolean finished;

  /**
   * @param name by which its ends found each other
   * @param connected whether this end made the stream
   */
  CpStream(
      String name,
      Participant participant,
      boolean connected,
      StreamDirection incoming,
      StreamDirection outgoing) {
    this.name = name;
    this.participant = participant;
    this.connected = connected;
    this.incoming = incoming;
    this.outgoing = outgoing;
    participant.streams().add(this);
  }

  /** Whether this end made the stream; the other one has accepted it. */
  boolean hasConnected() {
    return connected;
  }

  /** See {@link StreamDirection#send}; addresses are of the own cVM, and checked. */
  public long send(long address, long bytes, boolean waits) throws IpcException {
    if (bytes == 0) {
      return 0;
    }
    IpcEvent event = IpcEvent.ifRecorded();
    long sent = outgoing.send(participant, participant.window().segment(address, bytes), waits);
    return recorded(event, "cp_stream_send", sent);
  }

  /** Sends what there is room for, see {@link StreamDirection#send}. */
  public long send(MemorySegment bytes) throws IpcException {
    IpcEvent event = IpcEvent.ifRecorded();
    return recorded(event, "cp_stream_send", outgoing.send(participant, bytes, false));
  }

  /**
   * Receives what is sent, at most so many bytes and at least one.
   *
   * @return 0 at the end of the stream
   */
  public long receive(long address, long bytes) throws IpcException {
    IpcEvent event = IpcEvent.ifRecorded();
    Room room = new Room.OfWindow(participant.window(), address, bytes);
    return recorded(event, "cp_stream_receive", incoming.receive(participant, room));
  }

  /** Offers room for what is sent from now on, which {@link #take} says the amount of. */
  public void offer(long address, long bytes) throws IpcException {
    incoming.offer(new Room.OfWindow(participant.window(), address, bytes));
  }

  /** As {@link #offer(long, long)}, of a buffer that any thread may access. */
  public void offer(MemorySegment buffer) throws IpcException {
    incoming.offer(new Room.OfKernel(buffer));
  }

  /** See {@link StreamDirection#take}. */
  public long take() throws IpcException {
    IpcEvent event = IpcEvent.ifRecorded();
    return recorded(event, "cp_stream_take", incoming.take());
  }

  private long recorded(IpcEvent event, String operation, long bytes) {
    if (event != null) {
      event.end(participant.name(), operation, name, bytes);
    }
    return bytes;
  }

  /**
   * Tells observers, now and at each change, what this end would find.
   *
   * @param taking by {@link #take}
   * @param sending by {@link #send(MemorySegment)}
   */
  public void observe(ReadinessObserver taking, ReadinessObserver sending) {
    incoming.observeReceiver(taking);
    outgoing.observeSender(sending);
  }

  /**
   * Waits until one of some events.
   *
   * @param events {@link #READABLE}, {@link #WRITABLE} or both
   * @param nanoseconds at most, or {@link Participant#FOR_EVER}
   * @return those that are there; 0 when the time is up
   */
  public int poll(int events, long nanoseconds) throws IpcException {
    int now = ready(events);
    if (now != 0) {
      return now;
    }
    long start = System.nanoTime();
    while (true) {
      Wait either = new Wait();
      begin(events, either);
      try {
        int ready = ready(events);
        long left = nanoseconds < 0 ? nanoseconds : nanoseconds - (System.nanoTime() - start);
        if (ready != 0 || nanoseconds >= 0 && left <= 0) {
          return ready;
        }
        if (participant.await(either, left, polling) == Outcome.INTERRUPTED) {
          throw new IpcException(Kind.INTERRUPTED, participant.name() + " ends");
        }
      } finally {
        incoming.forget(either);
        outgoing.forget(either);
      }
    }
  }

  private void begin(int events, Wait wait) {
    if ((events & READABLE) != 0) {
      incoming.begin(wait);
    }
    if ((events & WRITABLE) != 0) {
      outgoing.begin(wait);
    }
  }

  /** Those of some events that are there. */
  private int ready(int events) {
    int readable = (events & READABLE) != 0 && incoming.isReadable() ? READABLE : 0;
    return readable | ((events & WRITABLE) != 0 && outgoing.isWritable() ? WRITABLE : 0);
  }

  /** Nothing more will be sent from here; the other end still may. */
  public void finish() {
    finished = true;
    outgoing.end();
  }

  /** Nothing more will be received here; this end still may send. */
  public void refuse() {
    incoming.refuse();
  }

  /** Ends both directions, in order, unless its cVM is being killed. */
  @Override
  public void close() {
    if (participant.isKilled()) {
      breakOff();
      return;
    }
    finish();
    incoming.refuse();
    participant.streams().remove(this);
  }

  /** The cVM has ended: what the other end still waits for will not come. */
  void breakOff() {
    if (!finished) {
      outgoing.breakOff();
    }
    incoming.refuse();
    participant.streams().remove(this);
  }
}
