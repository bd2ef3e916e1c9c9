package org.capvm.intravisor.rvfi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The two wire formats of a trace, little-endian.
 *
 * <p>Version 1 has a fixed size, masks of a byte and memory data of 8 bytes. Version 2 has a header
 * and parts that are announced in it: integer registers, and memory, whose data and masks have room
 * for a capability. Further parts, those for capabilities among them, are reserved without a
 * layout, and test engines reject packets that have them.
 */
enum TraceFormat {
  VERSION_1 {
    @Override
    ByteBuffer write(Trace t) {
      ByteBuffer to = buffer(VERSION_1_SIZE);
      to.putLong(t.order()).putLong(t.pc()).putLong(t.nextPc()).putLong(t.bits());
      Trace.Registers r = t.registers();
      to.putLong(r.rs1Value()).putLong(r.rs2Value()).putLong(r.rdValue());
      Trace.Memory m = t.memory();
      to.putLong(m.address()).putLong(m.readLow()).putLong(m.writtenLow());
      to.put((byte) mask(m.readSize())).put((byte) mask(m.writtenSize()));
      to.put((byte) r.rs1()).put((byte) r.rs2()).put((byte) r.rd());
      to.put(flag(t.trap())).put((byte) 0).put(flag(t.intr()));
      return to.flip();
    }

    @Override
    ByteBuffer halt() {
      return haltOfVersion1(HALTED);
    }
  },

  VERSION_2 {
    @Override
    ByteBuffer write(Trace t) {
      int size = HEADER + INTEGERS + (t.memory().isPresent() ? MEMORY : 0);
      ByteBuffer to = header(size);
      to.putLong(t.order()).putLong(t.bits());
      to.put(flag(t.trap())).put((byte) 0).put(flag(t.intr()));
      to.put(USER_MODE).put(XLEN_64).put(flag(true)).putShort((short) 0);
      to.putLong(t.pc()).putLong(t.nextPc());
      to.putLong(HAS_INTEGERS | (t.memory().isPresent() ? HAS_MEMORY : 0));
      writeRegisters(to, t.registers());
      if (t.memory().isPresent()) {
        writeMemory(to, t.memory());
      }
      return to.flip();
    }

    @Override
    ByteBuffer halt() {
      ByteBuffer to = header(HEADER);
      to.put(HALT_AT, (byte) HALTED);
      return to.position(HEADER).flip();
    }
  };

  private static final int VERSION_1_SIZE = 88;
  private static final int VERSION_1_HALT_AT = 86;
  private static final int HALTED = 1;

  /** In the answer to the question for versions: halted, and version 2 is known. */
  private static final int HALTED_KNOWS_VERSION_2 = 3;

  private static final int HEADER = 64;
  private static final int HALT_AT = 33;
  private static final int INTEGERS = 40;
  private static final int MEMORY = 88;
  private static final long HAS_INTEGERS = 1;
  private static final long HAS_MEMORY = 2;

  /** Bytes of memory data; 16 are used. */
  private static final int DATA = 32;

  private static final byte USER_MODE = 0;
  private static final byte XLEN_64 = 2;

  abstract ByteBuffer write(Trace trace);

  /** The answer to the end of a trace. */
  abstract ByteBuffer halt();

  /** The answer to the question for versions, always in the first format. */
  static ByteBuffer versions() {
    return haltOfVersion1(HALTED_KNOWS_VERSION_2);
  }

  /** The answer to the choice of this version. */
  ByteBuffer chosen() {
    return buffer(2 * Long.BYTES).put(text("version=")).putLong(ordinal() + 1L).flip();
  }

  static ByteBuffer haltOfVersion1(int value) {
    return buffer(VERSION_1_SIZE).put(VERSION_1_HALT_AT, (byte) value);
  }

  private static ByteBuffer header(int size) {
    return buffer(size).put(text("trace-v2")).putLong(size);
  }

  private static void writeRegisters(ByteBuffer to, Trace.Registers r) {
    to.put(text("int-data"));
    to.putLong(r.rdValue()).putLong(r.rs1Value()).putLong(r.rs2Value());
    to.put((byte) r.rd()).put((byte) r.rs1()).put((byte) r.rs2()).put(new byte[5]);
  }

  private static void writeMemory(ByteBuffer to, Trace.Memory m) {
    to.put(text("mem-data"));
    to.putLong(m.readLow()).putLong(m.readHigh()).put(new byte[DATA - 2 * Long.BYTES]);
    to.putLong(m.writtenLow()).putLong(m.writtenHigh()).put(new byte[DATA - 2 * Long.BYTES]);
    to.putInt(mask(m.readSize())).putInt(mask(m.writtenSize())).putLong(m.address());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] text(String magic) {
    return magic.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte flag(boolean set) {
    return (byte) (set ? 1 : 0);
  }

  /** A bit for each byte. */
  private static int mask(int size) {
    return (1 << size) - 1;
  }
}
