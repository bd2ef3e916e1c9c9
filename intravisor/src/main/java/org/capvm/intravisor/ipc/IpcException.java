package org.capvm.intravisor.ipc;

import org.capvm.intravisor.kernel.host.abi.Errno;

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
    INTERRUPTED,
    /** More bytes than there is room for. */
    TOO_LARGE,
    /** Calls within calls. */
    TOO_DEEP,
    /** The function has ended, but has not returned. */
    NO_RESULT
  }

  private final Kind kind;

  public IpcException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** What a guest gets to see: one of {@link Errno}. */
  public long errorNumber() {
    return switch (kind) {
      case NO_SUCH_NAME -> Errno.ENOENT;
      case NAME_TAKEN -> Errno.EEXIST;
      case BAD_NAME, INVALID -> Errno.EINVAL;
      case DENIED -> Errno.EACCES;
      case TOO_MANY -> Errno.ENFILE;
      case NO_MEMORY -> Errno.ENOMEM;
      case NOT_SUPPORTED -> Errno.EOPNOTSUPP;
      case GONE -> Errno.EPIPE;
      case WOULD_BLOCK -> Errno.EAGAIN;
      case TIMED_OUT -> Errno.ETIMEDOUT;
      case INTERRUPTED -> Errno.EINTR;
      case TOO_LARGE -> Errno.EMSGSIZE;
      case TOO_DEEP -> Errno.ELOOP;
      case NO_RESULT -> Errno.ECANCELED;
    };
  }
}
