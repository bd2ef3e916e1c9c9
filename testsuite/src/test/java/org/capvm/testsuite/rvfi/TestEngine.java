package org.capvm.testsuite.rvfi;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.capvm.intravisor.rvfi.InjectionMachine;
import org.capvm.intravisor.rvfi.InjectionServer;

/** The other side of RVFI-DII, with a server of its own. */
final class TestEngine implements AutoCloseable {
  static final int VERSION_1_SIZE = 88;
  private static final int HEADER = 64;

  private final InjectionServer server;
  private final InjectionMachine machine;
  private final FutureTask<Void> serving;
  private final Socket socket;
  private final DataInputStream in;

  TestEngine(boolean translates) throws IOException {
    server = new InjectionServer(0);
    machine = new InjectionMachine(translates);
    Callable<Void> serve =
        () -> {
          server.serve(machine);
          return null;
        };
    serving = new FutureTask<>(serve);
    Thread.ofPlatform().daemon().start(serving);
    socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    in = new DataInputStream(socket.getInputStream());
  }

  /** Sends a packet: an instruction or an argument, and the command. */
  void send(int instruction, int command) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    packet.putInt(instruction).putShort((short) 7).put((byte) command).put((byte) 0);
    sendBytes(packet.array());
  }

  void sendBytes(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  ByteBuffer receive(int size) throws IOException {
    return ByteBuffer.wrap(in.readNBytes(size)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Injects an instruction; returns its trace in version 1. */
  ByteBuffer inject(int instruction) throws IOException {
    send(instruction, 1);
    return receive(VERSION_1_SIZE);
  }

  /** A packet of version 2, whose size and parts are as its header says. */
  ByteBuffer receiveVersion2() throws IOException {
    ByteBuffer header = receive(HEADER);
    if (!text(header, 0).equals("trace-v2")) {
      throw new IOException("no trace of version 2: " + text(header, 0));
    }
    byte[] rest = in.readNBytes((int) header.getLong(8) - HEADER);
    return ByteBuffer.allocate(HEADER + rest.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(header)
        .put(rest)
        .flip();
  }

  static String text(ByteBuffer packet, int at) {
    byte[] magic = new byte[8];
    packet.get(at, magic);
    return new String(magic, StandardCharsets.US_ASCII);
  }

  /** Ends the connection in the middle of whatever it is in. */
  void hangUp() throws IOException {
    socket.shutdownOutput();
  }

  /** Whether the server has closed the connection. */
  boolean isClosed() throws IOException {
    try {
      in.readByte();
      return false;
    } catch (EOFException e) {
      return true;
    }
  }

  /** Waits for the end of the session; what ended it, if it was not the end of the connection. */
  Throwable end() throws InterruptedException {
    try {
      serving.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    server.close();
  }
}
