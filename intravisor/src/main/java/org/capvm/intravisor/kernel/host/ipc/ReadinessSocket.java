package org.capvm.intravisor.kernel.host.ipc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.capvm.intravisor.ipc.Readiness;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostSockets;

/**
 * A host descriptor that is readable, writable and hung up as it is told, so that poll and epoll of
 * the host know of a stream that the host does not know: one of a pair of sockets through which no
 * data go.
 */
final class ReadinessSocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SHUT_RDWR = 2;

  private final int shown;
  private final int hidden;
  private final boolean reads;
  private final boolean writes;
  private final MemorySegment filling = Arena.ofAuto().allocate(512);
  private Readiness incoming = Readiness.NOT_YET;
  private Readiness outgoing = Readiness.NOT_YET;
  private boolean holds;
  private boolean readable;
  private boolean writable = true;
  private boolean ended;

  private ReadinessSocket(int shown, int hidden, boolean reads, boolean writes) {
    this.shown = shown;
    this.hidden = hidden;
    this.reads = reads;
    this.writes = writes;
  }

  /**
   * One that is not ready for anything, or null when the host has no descriptors left.
   *
   * @param reads whether it is about a file that is read
   * @param writes whether it is about a file that is written
   */
  static ReadinessSocket create(boolean reads, boolean writes) {
    int[] pair = new int[2];
    if (HostSockets.pair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) {
      return null;
    }
    // As small as the host makes it: it is full while nothing shall be written.
    byte[] least = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(1).array();
    HostSockets.setOption(pair[0], SOL_SOCKET, SO_SNDBUF, least);
    ReadinessSocket socket = new ReadinessSocket(pair[0], pair[1], reads, writes);
    socket.show();
    return socket;
  }

  /** What is polled. */
  int descriptor() {
    return shown;
  }

  /** What who receives from the stream would find. */
  synchronized void setIncoming(Readiness now) {
    incoming = now;
    show();
  }

  /** What who sends to the stream would find. */
  synchronized void setOutgoing(Readiness now) {
    outgoing = now;
    show();
  }

  /** Whether bytes that were received are still to be read. */
  synchronized void setHolds(boolean now) {
    holds = now;
    show();
  }

  private void show() {
    if (ended) {
      return;
    }
    setReadable(reads && (holds || incoming != Readiness.NOT_YET));
    setWritable(writes && outgoing != Readiness.NOT_YET);
    boolean over =
        (!reads || incoming == Readiness.OVER) && (!writes || outgoing == Readiness.OVER);
    if (over) {
      ended = true;
      HostSockets.shutdown(hidden, SHUT_RDWR);
    }
  }

  private void setReadable(boolean now) {
    if (readable == now) {
      return;
    }
    readable = now;
    if (now) {
      HostSockets.send(hidden, filling.asSlice(0, 1), 0, null);
    } else {
      Host.read(shown, filling);
    }
  }

  private void setWritable(boolean now) {
    if (writable == now) {
      return;
    }
    writable = now;
    long n;
    do {
      n = now ? Host.read(hidden, filling) : HostSockets.send(shown, filling, 0, null);
    } while (n > 0);
  }

  synchronized void close() {
    ended = true;
    Host.close(shown);
    Host.close(hidden);
  }
}
