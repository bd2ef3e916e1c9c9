package org.capvm.intravisor.kernel.host.ipc;

import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.kernel.host.abi.Errno;

/** What Linux programs are told of what cannot be done among cVMs. */
final class IpcErrors {
  private IpcErrors() {}

  /** Why something cannot be opened or mapped. */
  static long of(IpcException e) {
    return switch (e.kind()) {
      case NO_SUCH_NAME, BAD_NAME -> Errno.ENOENT;
      case DENIED -> Errno.EACCES;
      case TOO_MANY -> Errno.ENFILE;
      case NO_MEMORY -> Errno.ENOMEM;
      case INVALID -> Errno.EINVAL;
      case WOULD_BLOCK -> Errno.EAGAIN;
      case NAME_TAKEN -> Errno.EEXIST;
      default -> Errno.EIO;
    };
  }
}
