package org.capvm.intravisor.cvm;

/** A cVM that cannot be started. The message names what is wrong. */
public final class CvmException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** There is no such program. */
    NO_PROGRAM,
    /** The program exists but cannot be run. */
    NOT_RUNNABLE,
    /** Something else that was asked for is missing or impossible. */
    OPTION
  }

  private final Kind kind;

  /** Something that was asked for is missing or impossible. */
  public CvmException(String message) {
    this(Kind.OPTION, message, null);
  }

  /** Something that was asked for is missing or impossible. */
  public CvmException(String message, Throwable cause) {
    this(Kind.OPTION, message, cause);
  }

  /** A failure of some kind; the cause may be null. */
  public CvmException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
