package org.capvm.intravisor.embedding;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Requests to the program that hosts a library, and its answers; {@code agent.c} is the other side.
 * An answer is 16 bytes whatever the guest does.
 */
public final class CallChannel {
  private static final int REGISTERS = 8;
  private static final int REQUEST_SIZE = (1 + 2 * REGISTERS) * Long.BYTES;
  private static final int ANSWER_SIZE = 2 * Long.BYTES;

  /** Upper half of a register that holds a float. */
  private static final long NAN_BOX = 0xffff_ffff_0000_0000L;

  private static final int LONGEST_NAME = 4096;

  private final OutputStream requests;
  private final DataInputStream answers;

  CallChannel(OutputStream requests, InputStream answers) {
    this.requests = requests;
    this.answers = new DataInputStream(answers);
  }

  /** What a call left in a0 and, as bits, in fa0. */
  public record Answer(long integer, long floating) {}

  /** A call, argument by argument. */
  public static final class Request {
    private final long function;
    private final long[] integers = new long[REGISTERS];
    private final long[] floats = new long[REGISTERS];
    private final byte[] name;
    private int integerCount;
    private int floatCount;

    /**
     * @param function its guest address
     */
    public Request(long function) {
      this(function, new byte[0]);
    }

    private Request(long function, byte[] name) {
      this.function = function;
      this.name = name;
    }

    /**
     * Asks for the address of a function.
     *
     * @throws IllegalArgumentException when the name is longer than any
     */
    public static Request find(String name) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > LONGEST_NAME) {
        throw new IllegalArgumentException("a name of " + bytes.length + " bytes");
      }
      Request request = new Request(0, bytes);
      request.addInteger(bytes.length);
      return request;
    }

    /**
     * The next argument in an integer register.
     *
     * @throws IllegalArgumentException when there are eight
     */
    public void addInteger(long value) {
      if (integerCount == REGISTERS) {
        throw new IllegalArgumentException("more than 8 integer arguments");
      }
      integers[integerCount++] = value;
    }

    /** The next argument in a floating-point register; see {@link #addInteger}. */
    public void addDouble(double value) {
      addFloating(Double.doubleToRawLongBits(value));
    }

    /** The next argument in a floating-point register; see {@link #addInteger}. */
    public void addFloat(float value) {
      addFloating(NAN_BOX | Integer.toUnsignedLong(Float.floatToRawIntBits(value)));
    }

    private void addFloating(long bits) {
      if (floatCount == REGISTERS) {
        throw new IllegalArgumentException("more than 8 floating-point arguments");
      }
      floats[floatCount++] = bits;
    }

    private byte[] bytes() {
      ByteBuffer buffer =
          ByteBuffer.allocate(REQUEST_SIZE + name.length).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putLong(function);
      buffer.asLongBuffer().put(integers).put(floats);
      return buffer.put(REQUEST_SIZE, name).array();
    }
  }

  /**
   * Makes a call and waits for its answer.
   *
   * @throws IOException when the guest has ended
   */
  Answer exchange(Request request) throws IOException {
    requests.write(request.bytes());
    requests.flush();
    return receive();
  }

  private Answer receive() throws IOException {
    byte[] bytes = new byte[ANSWER_SIZE];
    answers.readFully(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new Answer(buffer.getLong(), buffer.getLong());
  }

  /**
   * Waits until the library is loaded.
   *
   * @return why it could not be, or null
   * @throws IOException when the guest has ended
   */
  String receiveGreeting() throws IOException {
    Answer greeting = receive();
    if (greeting.integer() == 1) {
      return null;
    }
    byte[] message = new byte[Math.clamp(greeting.floating(), 0, LONGEST_NAME)];
    answers.readFully(message);
    return new String(message, StandardCharsets.UTF_8);
  }
}
