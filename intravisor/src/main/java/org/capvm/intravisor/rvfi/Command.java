package org.capvm.intravisor.rvfi;

import java.nio.ByteBuffer;

/**
 * A packet from the test engine: 8 bytes, little-endian.
 *
 * @param instruction 32 bits, of which a compressed instruction has the low 16; or an argument
 * @param kind what to do
 */
record Command(int instruction, int kind) {
  /** Bytes of a packet. */
  static final int SIZE = 8;

  /** The trace ends, and the machine is reset; with {@link #VERSIONS}, says what it supports. */
  static final int END_OF_TRACE = 0;

  /** Executes an instruction. */
  static final int INSTRUCTION = 1;

  /** Chooses the version of the trace that {@link #instruction} names. */
  static final int SET_VERSION = 'v';

  /** The argument that asks for the versions: the text VERS, first letter in the highest byte. */
  static final int VERSIONS = 'V' << 24 | 'E' << 16 | 'R' << 8 | 'S';

  /** Bytes 0 to 3 are the instruction, 4 and 5 a time that models ignore, 6 the kind, 7 padding. */
  static Command read(ByteBuffer packet) {
    return new Command(packet.getInt(0), packet.get(6) & 0xff);
  }
}
