package org.capvm.intravisor.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Answers on the control socket of a deployment: one request a connection, on a thread of its own,
 * of which there are few. A client that is slow or says nonsense loses its connection.
 */
public final class ControlServer implements AutoCloseable {
  /** Connections at a time; more are closed at once. */
  static final int MOST_CONNECTIONS = 16;

  /** For a request to come, and for a piece of an answer to go. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Takes the pieces of an answer. */
  public interface Answer {
    /**
     * @throws IOException when the client does not take it
     */
    void write(byte[] bytes) throws IOException;

    /** Whether the client has gone. */
    boolean isGone() throws IOException;
  }

  /** Carries requests out. */
  @FunctionalInterface
  public interface Handler {
    /**
     * @param words of the request
     * @throws ControlException when it is refused, before anything was answered
     */
    void handle(String[] words, Answer answer)
        throws ControlException, IOException, InterruptedException;
  }

  private final Path path;
  private final Handler handler;
  private final ServerSocketChannel socket;
  private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);

  /**
   * Serves a socket from now on.
   *
   * @param path of which there is nothing yet, or a socket that nobody serves
   */
  public ControlServer(Path path, Handler handler) throws IOException {
    this.path = path;
    this.handler = handler;
    Files.deleteIfExists(path);
    socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket.bind(UnixDomainSocketAddress.of(path), MOST_CONNECTIONS);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    Thread.ofPlatform().daemon().name("control socket").start(this::accept);
  }

  private void accept() {
    while (socket.isOpen()) {
      try {
        SocketChannel channel = socket.accept();
        if (connections.tryAcquire()) {
          Thread.ofPlatform().daemon().name("control").start(() -> serve(channel));
        } else {
          channel.close();
        }
      } catch (IOException e) {
        // The server is closed, or a client was gone before it was accepted.
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel;
        Conversation conversation = new Conversation(channel)) {
      answer(conversation);
    } catch (IOException e) {
      // The client's fault or wish.
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } finally {
      connections.release();
    }
  }

  private void answer(Conversation conversation) throws IOException, InterruptedException {
    String[] words = conversation.readLine(PATIENCE).split("\t", -1);
    StartedAnswer answer = new StartedAnswer(conversation);
    try {
      handler.handle(words, answer);
      answer.start();
    } catch (ControlException e) {
      byte[] refusal = ("error " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
      conversation.write(refusal, PATIENCE);
    }
  }

  /** An answer that says first that the request was understood. */
  private static final class StartedAnswer implements Answer {
    private final Conversation conversation;
    private boolean started;

    StartedAnswer(Conversation conversation) {
      this.conversation = conversation;
    }

    void start() throws IOException {
      if (!started) {
        started = true;
        conversation.write("ok\n".getBytes(StandardCharsets.UTF_8), PATIENCE);
      }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      start();
      conversation.write(bytes, PATIENCE);
    }

    @Override
    public boolean isGone() throws IOException {
      return conversation.isGone();
    }
  }

  /** Serves nobody any more; answers that have begun get a moment to end. */
  @Override
  public void close() throws IOException {
    socket.close();
    Files.deleteIfExists(path);
    try {
      if (connections.tryAcquire(MOST_CONNECTIONS, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        connections.release(MOST_CONNECTIONS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
