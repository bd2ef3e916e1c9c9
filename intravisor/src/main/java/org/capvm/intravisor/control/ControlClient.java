package org.capvm.intravisor.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks a deployment. */
public final class ControlClient implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream answer;

  /**
   * Sends a request.
   *
   * @throws IOException when nobody serves the socket
   * @throws ControlException when the request is refused
   */
  public ControlClient(Path socket, String... words) throws IOException, ControlException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    boolean accepted = false;
    try {
      String request = String.join("\t", words) + "\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      answer = new BufferedInputStream(Channels.newInputStream(channel));
      String first = line();
      if (first == null) {
        throw new IOException("the deployment closed the connection");
      }
      if (!first.equals("ok")) {
        throw new ControlException(first.replaceFirst("^error ", ""));
      }
      accepted = true;
    } finally {
      if (!accepted) {
        channel.close();
      }
    }
  }

  /** The answer behind its first line. */
  public InputStream answer() {
    return answer;
  }

  /** The lines of an answer that ends. */
  public List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = line(); line != null; line = line()) {
      lines.add(line);
    }
    return lines;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = answer.read();
    if (b < 0) {
      return null;
    }
    while (b >= 0 && b != '\n') {
      line.write(b);
      b = answer.read();
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
