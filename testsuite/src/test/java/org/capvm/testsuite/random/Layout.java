package org.capvm.testsuite.random;

/** Where the parts of a random program lie; all addresses fit in LUI's 20 bits. */
final class Layout {
  static final long TEXT = 0x20000;
  static final long TABLES = 0x80000;

  /** The scratch buffer, of which {@link Registers#BUFFER} holds the middle. */
  static final long BUFFER = 0x100000;

  static final int BUFFER_SIZE = 0x1000;

  /** Registers at the end: x0 to x31, f0 to f31, fcsr, 8 bytes each. */
  static final long DUMP = 0x102000;

  static final int DUMP_SIZE = 65 * 8;

  /** What a program writes to its standard output at its end: from the buffer to the dump. */
  static final int OUTPUT_SIZE = (int) (DUMP - BUFFER) + DUMP_SIZE;

  static final long FUNCTION_TABLE = 0x103000;
  static final long STACK_TOP = 0x124000;

  private Layout() {}
}
