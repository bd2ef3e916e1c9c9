package org.capvm.intravisor.ipc;

import org.capvm.intravisor.ipc.IpcException.Kind;

/** A function that a cVM has given a name, for others to call. */
public final class CpCall implements AutoCloseable {
  private final String name;
  private final Participant owner;
  private final AccessList access;
  private final Callee callee;
  private final Runnable onClose;
  private volatile boolean closed;

  /**
   * @param access its writers may call
   * @param onClose gives the name back
   */
  CpCall(String name, Participant owner, AccessList access, Callee callee, Runnable onClose) {
    this.name = name;
    this.owner = owner;
    this.access = access;
    this.callee = callee;
    this.onClose = onClose;
  }

  /**
   * Looks at the access list. Who has got this object may call from then on.
   *
   * @throws IpcException when a cVM may not call
   */
  CpCall open(Participant participant) throws IpcException {
    if (!mayBeCalledBy(participant)) {
      throw new IpcException(
          Kind.DENIED, "'%s' may not call '%s'".formatted(participant.name(), name));
    }
    return this;
  }

  /** What the access list says. */
  public boolean mayBeCalledBy(Participant participant) {
    return participant == owner || access.mayWrite(participant.name());
  }

  public String name() {
    return name;
  }

  /**
   * What carries a call out.
   *
   * @throws IpcException when the name was given back, or its owner has ended
   */
  public Callee callee() throws IpcException {
    if (closed) {
      throw new IpcException(Kind.GONE, "'" + name + "' is gone");
    }
    return callee;
  }

  /** Gives the name back. Calls that have begun go on; no other begins. */
  @Override
  public void close() {
    closed = true;
    onClose.run();
  }
}
