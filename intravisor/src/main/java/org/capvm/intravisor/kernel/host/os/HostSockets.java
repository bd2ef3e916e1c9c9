package org.capvm.intravisor.kernel.host.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.capvm.runtime.host.HostNumbers;
import org.capvm.runtime.host.HostSystem;

/**
 * The host's socket calls. Sockets are always non-blocking and close-on-exec; addresses are byte
 * arrays in the host's form. Results are values or negative errors.
 */
public final class HostSockets {
  public static final int SOCK_NONBLOCK = 0x800;
  public static final int SOCK_CLOEXEC = 0x80000;

  /** Longest socket address in bytes (struct sockaddr_storage). */
  public static final int ADDRESS_LIMIT = 128;

  private static final int ALWAYS = SOCK_NONBLOCK | SOCK_CLOEXEC;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int MESSAGE_SIZE = 56;

  private HostSockets() {}

  /** A result with the address that came with it, in host form. */
  public record Addressed(long result, byte[] address) {}

  public static long socket(int family, int type, int protocol) {
    return HostSystem.call(HostNumbers.SOCKET, family, type | ALWAYS, protocol);
  }

  /** Makes a pair of connected sockets; {@code pair} gets their descriptors. */
  public static long pair(int family, int type, int protocol, int[] pair) {
    MemorySegment scratch = Scratch.get().memory();
    long r =
        HostSystem.call(HostNumbers.SOCKETPAIR, family, type | ALWAYS, protocol, scratch.address());
    pair[0] = scratch.get(ValueLayout.JAVA_INT, 0);
    pair[1] = scratch.get(ValueLayout.JAVA_INT, 4);
    return r;
  }

  private static long put(MemorySegment to, byte[] bytes) {
    MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return to.address();
  }

  public static long bind(int socket, byte[] address) {
    long pointer = put(Scratch.get().memory(), address);
    return HostSystem.call(HostNumbers.BIND, socket, pointer, address.length);
  }

  public static long connect(int socket, byte[] address) {
    long pointer = put(Scratch.get().memory(), address);
    return HostSystem.call(HostNumbers.CONNECT, socket, pointer, address.length);
  }

  public static long listen(int socket, int backlog) {
    return HostSystem.call(HostNumbers.LISTEN, socket, backlog);
  }

  public static long shutdown(int socket, int how) {
    return HostSystem.call(HostNumbers.SHUTDOWN, socket, how);
  }

  public static Addressed accept(int socket) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_INT, 0, ADDRESS_LIMIT);
    long r =
        HostSystem.call(
            HostNumbers.ACCEPT4, socket, scratch.address() + 8, scratch.address(), ALWAYS);
    return addressed(r, scratch);
  }

  /** The local address, or the peer's. */
  public static Addressed name(int socket, boolean peer) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_INT, 0, ADDRESS_LIMIT);
    int number = peer ? HostNumbers.GETPEERNAME : HostNumbers.GETSOCKNAME;
    long r = HostSystem.call(number, socket, scratch.address() + 8, scratch.address());
    return addressed(r, scratch);
  }

  private static Addressed addressed(long result, MemorySegment scratch) {
    if (result < 0) {
      return new Addressed(result, new byte[0]);
    }
    int length = Math.clamp(scratch.get(ValueLayout.JAVA_INT, 0), 0, ADDRESS_LIMIT);
    return new Addressed(result, scratch.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE));
  }

  public static long setOption(int socket, int level, int name, byte[] value) {
    long pointer = put(Scratch.get().memory(), value);
    return HostSystem.call(HostNumbers.SETSOCKOPT, socket, level, name, pointer, value.length);
  }

  /**
   * Reads an option.
   *
   * @param limit of the value in bytes
   * @return the value, or null with the error in {@code error[0]}
   */
  public static byte[] option(int socket, int level, int name, int limit, long[] error) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_INT, 0, limit);
    error[0] =
        HostSystem.call(
            HostNumbers.GETSOCKOPT, socket, level, name, scratch.address() + 8, scratch.address());
    if (error[0] < 0) {
      return null;
    }
    int length = Math.clamp(scratch.get(ValueLayout.JAVA_INT, 0), 0, limit);
    return scratch.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * Sends without waiting and without SIGPIPE.
   *
   * @param to the receiver's address, or null
   */
  public static long send(int socket, MemorySegment data, int flags, byte[] to) {
    long pointer = to == null ? 0 : put(Scratch.get().memory(), to);
    return HostSystem.call(
        HostNumbers.SENDTO,
        socket,
        data.address(),
        data.byteSize(),
        flags | MSG_DONTWAIT | MSG_NOSIGNAL,
        pointer,
        to == null ? 0 : to.length);
  }

  /** Receives without waiting. The address is empty where there is none. */
  public static Addressed receive(int socket, MemorySegment data, int flags) {
    MemorySegment scratch = Scratch.get().memory();
    scratch.set(ValueLayout.JAVA_INT, 0, ADDRESS_LIMIT);
    long r =
        HostSystem.call(
            HostNumbers.RECVFROM,
            socket,
            data.address(),
            data.byteSize(),
            flags | MSG_DONTWAIT,
            scratch.address() + 8,
            scratch.address());
    return addressed(r, scratch);
  }

  /**
   * A message with ancillary data: struct msghdr with host pointers.
   *
   * @param address of the other side, null for none when sending
   * @param data the buffers
   * @param control ancillary data in host form; its length is the room there is when receiving
   */
  public record Message(byte[] address, MemorySegment[] data, byte[] control) {}

  /** What was received besides the data. */
  public record Received(long result, byte[] address, byte[] control, int flags) {}

  public static long sendMessage(int socket, Message message, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = header(arena, message, message.address());
      return HostSystem.call(
          HostNumbers.SENDMSG, socket, header.address(), flags | MSG_DONTWAIT | MSG_NOSIGNAL);
    }
  }

  /** Receives; descriptors that arrive are close-on-exec on the host. */
  public static Received receiveMessage(int socket, Message message, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = header(arena, message, new byte[ADDRESS_LIMIT]);
      long r =
          HostSystem.call(
              HostNumbers.RECVMSG,
              socket,
              header.address(),
              flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
      if (r < 0) {
        return new Received(r, new byte[0], new byte[0], 0);
      }
      int addressLength = Math.clamp(header.get(ValueLayout.JAVA_INT, 8), 0, ADDRESS_LIMIT);
      MemorySegment end = header.asSlice(MESSAGE_SIZE);
      byte[] address = end.asSlice(0, addressLength).toArray(ValueLayout.JAVA_BYTE);
      long controlLength =
          Math.min(header.get(ValueLayout.JAVA_LONG, 40), message.control().length);
      byte[] control = end.asSlice(ADDRESS_LIMIT, controlLength).toArray(ValueLayout.JAVA_BYTE);
      return new Received(r, address, control, header.get(ValueLayout.JAVA_INT, 48));
    }
  }

  /** One block: msghdr, address, control data, vector. */
  private static MemorySegment header(Arena arena, Message message, byte[] address) {
    int controlSize = message.control().length + 7 & -8;
    int vector = MESSAGE_SIZE + ADDRESS_LIMIT + controlSize;
    MemorySegment header = arena.allocate(vector + 16L * message.data().length, 8);
    long base = header.address();
    if (address != null) {
      byte[] padded = Arrays.copyOf(address, ADDRESS_LIMIT);
      put(header.asSlice(MESSAGE_SIZE), padded);
      header.set(ValueLayout.JAVA_LONG, 0, base + MESSAGE_SIZE);
      header.set(ValueLayout.JAVA_INT, 8, address.length);
    }
    for (int i = 0; i < message.data().length; i++) {
      header.set(ValueLayout.JAVA_LONG, vector + 16L * i, message.data()[i].address());
      header.set(ValueLayout.JAVA_LONG, vector + 16L * i + 8, message.data()[i].byteSize());
    }
    header.set(ValueLayout.JAVA_LONG, 16, base + vector);
    header.set(ValueLayout.JAVA_LONG, 24, message.data().length);
    if (message.control().length > 0) {
      put(header.asSlice(MESSAGE_SIZE + ADDRESS_LIMIT), message.control());
      header.set(ValueLayout.JAVA_LONG, 32, base + MESSAGE_SIZE + ADDRESS_LIMIT);
      header.set(ValueLayout.JAVA_LONG, 40, message.control().length);
    }
    return header;
  }
}
