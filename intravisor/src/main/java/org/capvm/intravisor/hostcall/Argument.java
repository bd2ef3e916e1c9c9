package org.capvm.intravisor.hostcall;

/**
 * The kind of one argument of a hostcall: how a trace shows it, and what of the caller's the call
 * reads, writes or names. Handlers check pointers by {@link CallerPointer}, since what they may
 * reach is known only with their authority; the attacks of the test suite hold each to its kind.
 */
public sealed interface Argument {
  /** Arguments that are numbers, or say by themselves what they name. */
  enum Scalar implements Argument {
    /** A number. */
    INTEGER,
    /** 0 or 1. */
    FLAG,
    /** 1 for not to wait. */
    NO_WAIT,
    /** 1 when the memory of the call is only read. */
    READ_ONLY,
    /** How long to wait at most, or -1. */
    NANOSECONDS,
    /** How many bytes the argument before names. */
    LENGTH,
    /** What the call keeps for the caller: an integer, or a capability. */
    VALUE,
    /** A function of the caller, which it could jump to. */
    FUNCTION,
    /** A capability to a word of a shared buffer, in either mode. */
    WORD,
    /** The address of 16 aligned bytes that receive a capability. */
    SLOT,
    /** The address of names of cVMs, separated by commas, with a NUL behind them, or 0. */
    CVMS,
    /** A register that is not looked at. */
    UNUSED
  }

  /** What handles and names are of. */
  enum Thing {
    SEMAPHORE,
    MUTEX,
    THREAD,
    KEY,
    TIMER,
    DISK,
    BUFFER,
    /** A name for streams. */
    LISTENER,
    STREAM,
    FUNCTION,
    /** A call that was started. */
    CALL
  }

  /** Whether a call reads or writes what a pointer names. */
  enum Direction {
    IN,
    OUT,
    BOTH
  }

  /** A number that an earlier call has given for something. */
  record Handle(Thing of) implements Argument {}

  /**
   * The address of a name with a NUL behind it.
   *
   * @param isNew whether the call gives the name to something
   */
  record Name(Thing of, boolean isNew) implements Argument {}

  /** The address of a structure of a fixed size, in bytes; nullable where it may be 0. */
  record Structure(Direction direction, int size, boolean nullable) implements Argument {}

  /** The address of bytes whose number is the next argument. */
  record Bytes(Direction direction) implements Argument {}

  Argument INTEGER = Scalar.INTEGER;
  Argument FLAG = Scalar.FLAG;
  Argument NO_WAIT = Scalar.NO_WAIT;
  Argument READ_ONLY = Scalar.READ_ONLY;
  Argument NANOSECONDS = Scalar.NANOSECONDS;
  Argument LENGTH = Scalar.LENGTH;
  Argument VALUE = Scalar.VALUE;
  Argument FUNCTION = Scalar.FUNCTION;
  Argument WORD = Scalar.WORD;
  Argument SLOT = Scalar.SLOT;
  Argument CVMS = Scalar.CVMS;
  Argument UNUSED = Scalar.UNUSED;

  /** Bytes that the call reads. */
  Argument BYTES_IN = new Bytes(Direction.IN);

  /** Bytes that the call writes. */
  Argument BYTES_OUT = new Bytes(Direction.OUT);

  /** Bytes that the call reads and then writes. */
  Argument BYTES_BOTH = new Bytes(Direction.BOTH);

  static Argument handle(Thing of) {
    return new Handle(of);
  }

  /** The name of what is there. */
  static Argument name(Thing of) {
    return new Name(of, false);
  }

  /** A name that nothing has yet. */
  static Argument newName(Thing of) {
    return new Name(of, true);
  }

  /** A structure that the call reads. */
  static Argument in(int size) {
    return new Structure(Direction.IN, size, false);
  }

  /** A structure that the call writes. */
  static Argument out(int size) {
    return new Structure(Direction.OUT, size, false);
  }

  /** A structure that the call writes, or 0. */
  static Argument outOrNull(int size) {
    return new Structure(Direction.OUT, size, true);
  }
}
