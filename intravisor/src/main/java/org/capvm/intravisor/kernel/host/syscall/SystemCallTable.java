package org.capvm.intravisor.kernel.host.syscall;

import java.util.List;

/** The system calls of a kernel by number. */
public final class SystemCallTable {
  /** Numbers at and above this one are unknown. */
  public static final int LIMIT = 512;

  private final SystemCall[] entries = new SystemCall[LIMIT];

  /** The entry of a number, or null. */
  public SystemCall get(long number) {
    return number >= 0 && number < LIMIT ? entries[(int) number] : null;
  }

  /**
   * Adds an entry.
   *
   * @throws IllegalStateException when the number is taken
   */
  public void add(SystemCall call) {
    if (entries[call.number()] != null) {
      throw new IllegalStateException(
          "system call %d is both %s and %s"
              .formatted(call.number(), entries[call.number()].name(), call.name()));
    }
    entries[call.number()] = call;
  }

  public void add(int number, String name, Handler.Of0 handler) {
    put(number, name, false, (t, a, b, c, d, e, f) -> handler.call(t));
  }

  public void add(int number, String name, Handler.Of1 handler, Argument a0) {
    put(number, name, false, (t, a, b, c, d, e, f) -> handler.call(t, a), a0);
  }

  public void add(int number, String name, Handler.Of2 handler, Argument a0, Argument a1) {
    put(number, name, false, (t, a, b, c, d, e, f) -> handler.call(t, a, b), a0, a1);
  }

  public void add(
      int number, String name, Handler.Of3 handler, Argument a0, Argument a1, Argument a2) {
    put(number, name, false, (t, a, b, c, d, e, f) -> handler.call(t, a, b, c), a0, a1, a2);
  }

  public void add(
      int number,
      String name,
      Handler.Of4 handler,
      Argument a0,
      Argument a1,
      Argument a2,
      Argument a3) {
    put(number, name, false, (t, a, b, c, d, e, f) -> handler.call(t, a, b, c, d), a0, a1, a2, a3);
  }

  public void add(
      int number,
      String name,
      Handler.Of5 handler,
      Argument a0,
      Argument a1,
      Argument a2,
      Argument a3,
      Argument a4) {
    put(
        number,
        name,
        false,
        (t, a, b, c, d, e, f) -> handler.call(t, a, b, c, d, e),
        a0,
        a1,
        a2,
        a3,
        a4);
  }

  public void add(
      int number,
      String name,
      Handler handler,
      Argument a0,
      Argument a1,
      Argument a2,
      Argument a3,
      Argument a4,
      Argument a5) {
    put(number, name, false, handler, a0, a1, a2, a3, a4, a5);
  }

  /** Adds a call that needs the complete register file, see {@link SystemCall}. */
  public void addComplete(int number, String name, Handler handler, Argument... arguments) {
    put(number, name, true, handler, arguments);
  }

  private void put(
      int number, String name, boolean complete, Handler handler, Argument... arguments) {
    add(new SystemCall(number, name, complete, handler, List.of(arguments)));
  }
}
