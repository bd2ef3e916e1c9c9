package org.capvm.intravisor.kernel.host.syscall;

/**
 * The kind of one system call argument: how a trace shows it, and which guest memory must be
 * accessible before the handler runs.
 */
public sealed interface Argument {
  /** Arguments that name no memory, or memory that the handler checks itself. */
  enum Scalar implements Argument {
    /** A 32-bit signed number. */
    INT,
    /** A 64-bit signed number. */
    LONG,
    /** A 64-bit number best read in hexadecimal. */
    HEX,
    /** A file descriptor. */
    FD,
    /** A file descriptor or AT_FDCWD. */
    DIRECTORY,
    /** A file mode, in octal. */
    MODE,
    /** A signal number. */
    SIGNAL,
    /** A guest address that the handler checks or never follows. */
    ADDRESS,
    /** The guest address of a NUL-terminated path; the handler reads it. */
    PATH
  }

  /** Whether the call reads or writes what a pointer names. */
  enum Direction {
    IN,
    OUT
  }

  /** The guest address of a structure of a fixed size, in bytes. */
  record Structure(Direction direction, int size, boolean nullable) implements Argument {}

  /**
   * The guest address of bytes whose number is another argument, capped as Linux caps transfers.
   *
   * @param lengthArgument index of that argument, 0 to 5
   */
  record Buffer(Direction direction, int lengthArgument) implements Argument {}

  /** A bit set. */
  record Flags(FlagNames names) implements Argument {}

  /** The largest transfer of one call, as in Linux (MAX_RW_COUNT). */
  long MAX_TRANSFER = 0x7ffff000L;

  Argument INT = Scalar.INT;
  Argument LONG = Scalar.LONG;
  Argument HEX = Scalar.HEX;
  Argument FD = Scalar.FD;
  Argument DIRECTORY = Scalar.DIRECTORY;
  Argument MODE = Scalar.MODE;
  Argument SIGNAL = Scalar.SIGNAL;
  Argument ADDRESS = Scalar.ADDRESS;
  Argument PATH = Scalar.PATH;

  /** A structure that the call reads. */
  static Argument in(int size) {
    return new Structure(Direction.IN, size, false);
  }

  /** A structure that the call reads, or NULL. */
  static Argument inOrNull(int size) {
    return new Structure(Direction.IN, size, true);
  }

  /** A structure that the call writes. */
  static Argument out(int size) {
    return new Structure(Direction.OUT, size, false);
  }

  /** A structure that the call writes, or NULL. */
  static Argument outOrNull(int size) {
    return new Structure(Direction.OUT, size, true);
  }

  /** Bytes that the call reads. */
  static Argument bytesIn(int lengthArgument) {
    return new Buffer(Direction.IN, lengthArgument);
  }

  /** Bytes that the call writes. */
  static Argument bytesOut(int lengthArgument) {
    return new Buffer(Direction.OUT, lengthArgument);
  }

  static Argument flags(FlagNames names) {
    return new Flags(names);
  }
}
