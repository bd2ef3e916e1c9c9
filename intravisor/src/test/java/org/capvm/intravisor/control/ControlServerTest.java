package org.capvm.intravisor.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control socket that others want to be of no use. */
class ControlServerTest {
  /** More than the server has connections, threads, or places in its queue. */
  private static final int MANY = 1500;

  private static final int ROUNDS = 20;

  @TempDir private Path folder;
  private Path path;
  private ControlServer server;
  private final List<SocketChannel> held = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    path = folder.resolve("s");
    server = new ControlServer(path, ControlServerTest::handle);
  }

  @AfterEach
  void stop() throws IOException {
    for (SocketChannel channel : held) {
      channel.close();
    }
    server.close();
  }

  /** Says what it was asked; "follow" says more for ever, as to who reads logs. */
  private static void handle(String[] words, ControlServer.Answer answer)
      throws IOException, InterruptedException {
    answer.write((String.join(" ", words) + "\n").getBytes(StandardCharsets.US_ASCII));
    while (words[0].equals("follow") && !answer.isGone()) {
      Thread.sleep(10);
    }
  }

  private SocketChannel connect(byte[] request) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    held.add(channel);
    try {
      channel.write(ByteBuffer.wrap(request));
    } catch (IOException e) {
      // It is closed already: others came after it.
    }
    return channel;
  }

  private void assertAnswers() throws Exception {
    try (ControlClient client = new ControlClient(path, "ps", "all")) {
      assertEquals(List.of("ps all"), client.lines());
    }
  }

  /** Connections without a request, with a part of one, with garbage, and with a huge one. */
  @Test
  void answersWhileOthersHoldConnections() throws Exception {
    byte[] garbage = new byte[1000];
    new Random(1).nextBytes(garbage);
    byte[][] requests = {
      new byte[0], "ps".getBytes(StandardCharsets.US_ASCII), garbage, new byte[1 << 16]
    };
    int threads = Thread.getAllStackTraces().size();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < MANY / ROUNDS; i++) {
        byte[] request = requests[i % requests.length];
        SocketChannel channel = connect(new byte[0]);
        // A huge request would wait until it is read.
        channel.configureBlocking(false);
        try {
          channel.write(ByteBuffer.wrap(request));
        } catch (IOException e) {
          // It is closed already.
        }
      }
      assertAnswers();
    }
    int more = Thread.getAllStackTraces().size() - threads;
    assertTrue(more < 400, more + " threads more");
  }

  /** Those that are answered for as long as they like do not keep others away, either. */
  @Test
  void answersWhileOthersFollow() throws Exception {
    for (int i = 0; i < 3 * ControlServer.MOST_ANSWERED; i++) {
      connect("follow\n".getBytes(StandardCharsets.US_ASCII));
      if (i % 16 == 0) {
        assertAnswers();
      }
    }
    assertAnswers();
    // Who came last among them is still served.
    ByteBuffer answer = ByteBuffer.allocate(64);
    while (answer.position() < "ok\nfollow\n".length()) {
      assertTrue(held.getLast().read(answer) > 0);
    }
  }
}
