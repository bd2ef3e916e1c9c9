package org.capvm;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.capvm.intravisor.embedding.CallChannel;
import org.capvm.intravisor.embedding.HostedLibrary;

/**
 * A shared library in a cVM, whose functions Java calls. Calls of several threads happen one after
 * the other. A function that faults, exits or takes too long ends the cVM: that call and all later
 * ones throw {@link GuestFaultException}.
 *
 * {@snippet :
 * try (CvmLibrary zlib = new CvmBuilder().root(root).load("libz.so.1");
 *     GuestBuffer text = zlib.copyOf("hello".getBytes(UTF_8))) {
 *   int checksum = zlib.call("crc32", 0, text, text.size()).asInt();
 * }
 * }
 */
public final class CvmLibrary implements AutoCloseable {
  private final HostedLibrary library;
  private final Duration timeLimit;
  private final Map<String, Long> addresses = new ConcurrentHashMap<>();

  CvmLibrary(HostedLibrary library, Duration timeLimit) {
    this.library = library;
    this.timeLimit = timeLimit;
  }

  /**
   * Calls a function by the RISC-V calling convention (LP64D): at most eight integers and pointers
   * and eight floating-point arguments; no structs by value, no callbacks.
   *
   * @param function its name, in the library or one that it needs
   * @param arguments {@link Byte}, {@link Short}, {@link Integer} and {@link Long} for signed types
   *     of the same sizes, Integer also for all other integers of up to 32 bits; {@link Character}
   *     for unsigned short, {@link Boolean}, {@link Float}, {@link Double}, and {@link GuestBuffer}
   *     for its address
   * @throws IllegalArgumentException when there is no such function, or arguments of other types or
   *     too many
   * @throws GuestFaultException when it did not return
   */
  public CallResult call(String function, Object... arguments) {
    long address = addresses.computeIfAbsent(function, this::find);
    CallChannel.Request request = new CallChannel.Request(address);
    for (Object argument : arguments) {
      add(request, argument);
    }
    return exchange(function, request);
  }

  private static void add(CallChannel.Request request, Object argument) {
    switch (argument) {
      case Float f -> request.addFloat(f);
      case Double d -> request.addDouble(d);
      case GuestBuffer b -> request.addInteger(b.address());
      case Character c -> request.addInteger(c);
      case Boolean b -> request.addInteger(b ? 1 : 0);
      case Long l -> request.addInteger(l);
      case Integer i -> request.addInteger(i);
      case Short s -> request.addInteger(s);
      case Byte b -> request.addInteger(b);
      default ->
          throw new IllegalArgumentException(
              "arguments of " + argument.getClass() + " have no C type");
    }
  }

  private long find(String function) {
    CallChannel.Request request = CallChannel.Request.find(function);
    long address = exchange(function, request).asLong();
    if (address == 0) {
      throw new IllegalArgumentException("the library has no function '" + function + "'");
    }
    return address;
  }

  private CallResult exchange(String function, CallChannel.Request request) {
    try {
      CallChannel.Answer answer = library.exchange(request, timeLimit);
      return new CallResult(answer.integer(), answer.floating());
    } catch (HostedLibrary.EndedException e) {
      throw new GuestFaultException(
          "'" + function + "' did not return: " + e.getMessage(), e.status());
    }
  }

  /**
   * Memory for arguments, not zeroed.
   *
   * @param size in bytes
   * @throws OutOfMemoryError when the guest has none left
   * @throws GuestFaultException when the guest does not survive that
   */
  public GuestBuffer allocate(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("a size of " + size + " bytes");
    }
    long address = call("malloc", Math.max(size, 1)).asLong();
    if (address == 0) {
      throw new OutOfMemoryError("the guest has no " + size + " bytes left");
    }
    return new GuestBuffer(this, address, memory(address, size));
  }

  /** Memory with these bytes; see {@link #allocate}. */
  public GuestBuffer copyOf(byte[] bytes) {
    GuestBuffer buffer = allocate(bytes.length);
    buffer.memory().copyFrom(MemorySegment.ofArray(bytes));
    return buffer;
  }

  /** A C string in UTF-8, with the zero byte that ends it; see {@link #allocate}. */
  public GuestBuffer copyOf(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    GuestBuffer buffer = allocate(bytes.length + 1L);
    buffer.memory().setString(0, text);
    return buffer;
  }

  /**
   * The guest's memory at an address that a function has returned, in the guest's order
   * (little-endian). Usable from any thread until this is closed.
   *
   * @param size in bytes
   * @throws IllegalArgumentException when the range is not all in the guest's memory
   */
  public MemorySegment memory(long address, long size) {
    return library.memory(address, size);
  }

  /**
   * The C string in UTF-8 at an address that a function has returned.
   *
   * @throws IllegalArgumentException when it does not end in the guest's memory
   */
  public String text(long address) {
    MemorySegment rest = library.memoryFrom(address);
    try {
      return rest.getString(0);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "there is no string at 0x%x in the guest".formatted(address), e);
    }
  }

  void free(long address) {
    if (library.isAlive()) {
      call("free", address);
    }
  }

  /** Ends the cVM; a call that another thread makes throws {@link GuestFaultException}. */
  @Override
  public void close() {
    library.close();
  }
}
