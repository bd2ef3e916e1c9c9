package org.capvm.intravisor.ipc;

/** Something among cVMs that cannot be done. */
public final class IpcException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Kind {
    /** Nothing has this name. */
    NO_SUCH_NAME,
    /** Something else has this name. */
    NAME_TAKEN,
    /** This is no name. */
    BAD_NAME,
    /** The access list says no. */
    DENIED,
    /** There are as many as there may be. */
    TOO_MANY,
    /** There is no memory, or no address space, for it. */
    NO_MEMORY,
    /** The cVM cannot hold capabilities. */
    NOT_SUPPORTED,
    /** An argument makes no sense. */
    INVALID,
    /** The other side, or the object itself, has ended. */
    GONE,
    /** It would have to wait. */
    WOULD_BLOCK,
    /** The time is up. */
    TIMED_OUT,
    /** The caller's cVM ends. */
    INTERRUPTED
  }

  private final Kind kind;

  public IpcException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
