package org.capvm.intravisor.rvfi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Serves one test engine on a port of the local host. */
public final class InjectionServer implements AutoCloseable {
  private final ServerSocketChannel listening;

  /**
   * Listens.
   *
   * @param port 0 for one that is free
   */
  public InjectionServer(int port) throws IOException {
    listening = ServerSocketChannel.open();
    try {
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
    } catch (IOException e) {
      listening.close();
      throw e;
    }
  }

  /** The port it listens on. */
  public int port() throws IOException {
    return ((InetSocketAddress) listening.getLocalAddress()).getPort();
  }

  /**
   * Waits for a test engine, and does what it says until it closes the connection.
   *
   * @throws InjectionException when it does not keep to the protocol; the connection is closed
   */
  public void serve(InjectionMachine machine) throws IOException, InjectionException {
    try (SocketChannel client = listening.accept()) {
      new Session(client, machine).run();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private static final class Session {
    private final SocketChannel client;
    private final InjectionMachine machine;
    private final ByteBuffer packet =
        ByteBuffer.allocate(Command.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private TraceFormat format = TraceFormat.VERSION_1;

    Session(SocketChannel client, InjectionMachine machine) {
      this.client = client;
      this.machine = machine;
    }

    void run() throws IOException, InjectionException {
      while (receive()) {
        Command command = Command.read(packet);
        switch (command.kind()) {
          case Command.END_OF_TRACE -> endOfTrace(command);
          case Command.INSTRUCTION -> send(format.write(machine.inject(command.instruction())));
          case Command.SET_VERSION -> setVersion(command.instruction());
          default ->
              throw new InjectionException(
                  "the test engine sent the command %d; known are %d (end of trace), %d"
                          .formatted(command.kind(), Command.END_OF_TRACE, Command.INSTRUCTION)
                      + " (instruction) and %d (version)".formatted(Command.SET_VERSION));
        }
      }
    }

    private void endOfTrace(Command command) throws IOException {
      if (command.instruction() == Command.VERSIONS) {
        send(TraceFormat.versions());
      } else {
        machine.reset();
        send(format.halt());
      }
    }

    private void setVersion(int version) throws IOException, InjectionException {
      if (version < 1 || version > TraceFormat.values().length) {
        throw new InjectionException(
            "the test engine wants version "
                + Integer.toUnsignedString(version)
                + " of the trace; there are 1 and 2");
      }
      format = TraceFormat.values()[version - 1];
      send(format.chosen());
    }

    /** Whether there is another packet; the connection may end before one, and not within. */
    private boolean receive() throws IOException, InjectionException {
      packet.clear();
      while (packet.hasRemaining()) {
        if (client.read(packet) < 0) {
          if (packet.position() == 0) {
            return false;
          }
          throw new InjectionException(
              "the connection ended after %d of the %d bytes of a packet"
                  .formatted(packet.position(), Command.SIZE));
        }
      }
      return true;
    }

    private void send(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
    }
  }
}
