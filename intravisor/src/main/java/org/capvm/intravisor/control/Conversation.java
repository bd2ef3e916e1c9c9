package org.capvm.intravisor.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One connection, whose other end may say too much, too little, or not listen. */
final class Conversation implements AutoCloseable {
  /** Bytes of the longest request. */
  static final int LONGEST_REQUEST = 4096;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  Conversation(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    selector = Selector.open();
    key = channel.register(selector, 0);
  }

  /** Waits for an event; false when the time is up. */
  private boolean await(int operation, long deadline) throws IOException {
    try {
      key.interestOps(operation);
    } catch (CancelledKeyException e) {
      throw new IOException("it was abandoned", e);
    }
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      return false;
    }
    selector.select(left);
    selector.selectedKeys().clear();
    return true;
  }

  /**
   * Reads a line, without its end.
   *
   * @throws IOException when none comes within the time, or a longer one
   */
  String readLine(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (line.size() <= LONGEST_REQUEST) {
      one.clear();
      int n = channel.read(one);
      if (n < 0) {
        throw new IOException("the connection ended");
      }
      if (n == 0) {
        if (!await(SelectionKey.OP_READ, deadline)) {
          throw new IOException("no request came");
        }
      } else if (one.get(0) == '\n') {
        return line.toString(StandardCharsets.UTF_8);
      } else {
        line.write(one.get(0));
      }
    }
    throw new IOException("the request is too long");
  }

  /**
   * Writes all bytes.
   *
   * @throws IOException when the other end does not take them within the time
   */
  void write(byte[] bytes, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      if (channel.write(left) == 0 && !await(SelectionKey.OP_WRITE, deadline)) {
        throw new IOException("nobody reads the answer");
      }
    }
  }

  /** Whether the other end has closed the connection. */
  boolean isGone() throws IOException {
    return channel.read(ByteBuffer.allocate(LONGEST_REQUEST)) < 0;
  }

  /** Ends it from another thread: reading and writing fail from now on. */
  void abandon() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed nevertheless.
    }
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
