package org.capvm.testsuite.fuzz.guided;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.capvm.intravisor.rvfi.InjectionException;
import org.capvm.intravisor.rvfi.InjectionMachine;
import org.capvm.intravisor.rvfi.InjectionServer;

/** A connection on which a test engine sends anything: it ends, by a message if it must. */
final class RvfiSession {
  private RvfiSession() {}

  static void judge(byte[] input) throws Exception {
    try (InjectionServer server = new InjectionServer(0);
        InjectionMachine machine = new InjectionMachine(false)) {
      Callable<Void> serve =
          () -> {
            server.serve(machine);
            return null;
          };
      FutureTask<Void> serving = new FutureTask<>(serve);
      Thread.ofPlatform().daemon().start(serving);
      talk(server.port(), input);
      serving.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof InjectionException)) {
        throw e;
      }
    }
  }

  /** What is not read may be lost when the server closes the connection. */
  private static void talk(int port, byte[] input) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(input);
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (java.net.SocketException e) {
      // Closed with input unread: why, the server says.
    }
  }
}
