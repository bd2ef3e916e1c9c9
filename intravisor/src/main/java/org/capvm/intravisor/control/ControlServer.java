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
 * of which there are few. A client that is slow or says nonsense loses its connection; so does,
 * when there are too many, who has had one for longest, since a request takes a moment only.
 */
public final class ControlServer implements AutoCloseable {
  /** Connections at a time that have not said yet what they want. */
  static final int MOST_SILENT = 16;

  /** Those that are answered. */
  static final int MOST_ANSWERED = 64;

  /** Threads, of which some have lost their connection and have not ended yet. */
  private static final int MOST_THREADS = 256;

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
  private final Semaphore threads = new Semaphore(MOST_THREADS);
  private final Crowd silent = new Crowd(MOST_SILENT);
  private final Crowd answered = new Crowd(MOST_ANSWERED);

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
    socket.bind(UnixDomainSocketAddress.of(path), MOST_ANSWERED);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    Thread.ofPlatform().daemon().name("control socket").start(this::accept);
  }

  private void accept() {
    while (socket.isOpen()) {
      try {
        SocketChannel channel = socket.accept();
        threads.acquireUninterruptibly();
        boolean begun = false;
        try {
          begin(new Conversation(channel));
          begun = true;
        } finally {
          if (!begun) {
            threads.release();
            channel.close();
          }
        }
      } catch (IOException | OutOfMemoryError e) {
        // The server is closed, a client was gone before it was accepted, or the host has no more.
      }
    }
  }

  private void begin(Conversation conversation) {
    silent.add(conversation);
    boolean begun = false;
    try {
      Thread.ofPlatform().daemon().name("control").start(() -> serve(conversation));
      begun = true;
    } finally {
      if (!begun) {
        silent.remove(conversation);
      }
    }
  }

  private void serve(Conversation conversation) {
    try (conversation) {
      String[] words = request(conversation);
      answered.add(conversation);
      answer(conversation, words);
    } catch (IOException e) {
      // The client's fault or wish.
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } finally {
      answered.remove(conversation);
      threads.release();
    }
  }

  private String[] request(Conversation conversation) throws IOException {
    try {
      return conversation.readLine(PATIENCE).split("\t", -1);
    } finally {
      silent.remove(conversation);
    }
  }

  private void answer(Conversation conversation, String[] words)
      throws IOException, InterruptedException {
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
      if (threads.tryAcquire(MOST_THREADS, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.release(MOST_THREADS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
