package org.capvm.intravisor.ipc.calls;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.capvm.intravisor.hostcall.Argument;
import org.capvm.intravisor.hostcall.CallerPointer;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.runtime.hart.Hart;

/** What a caller gets, and is asked for. */
final class Results {
  static final int A0 = 10;
  static final int A1 = 11;
  static final int A2 = 12;
  static final int A3 = 13;
  static final int A4 = 14;

  /** Characters of a name; of a list of names. */
  private static final int LONGEST_NAME = 63;

  private static final int LONGEST_LIST = 1023;

  private Results() {}

  /** What a call does. */
  @FunctionalInterface
  interface Body {
    long call(Hart h) throws IpcException;
  }

  /** A hostcall whose refusals are error numbers. */
  static Hostcall call(int number, String name, Body body, Argument... arguments) {
    return call(number, name, false, body, arguments);
  }

  /** As the other, for one that runs another hart on the caller's Java thread. */
  static Hostcall nestingCall(int number, String name, Body body, Argument... arguments) {
    return call(number, name, true, body, arguments);
  }

  private static Hostcall call(
      int number, String name, boolean nests, Body body, Argument... arguments) {
    return new Hostcall(
        number,
        name,
        nests,
        h -> {
          try {
            return body.call(h);
          } catch (IpcException e) {
            return e.errorNumber();
          }
        },
        List.of(arguments));
  }

  /** A name that a register points to. */
  static String name(Hart h, int register) throws IpcException {
    return text(h, register, LONGEST_NAME);
  }

  /** Names of cVMs, separated by commas, that a register points to; none for 0. */
  static Set<String> cvms(Hart h, int register) throws IpcException {
    if (h.x(register) == 0) {
      return Set.of();
    }
    return Arrays.stream(text(h, register, LONGEST_LIST).split(",", -1))
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
  }

  private static String text(Hart h, int register, int longest) throws IpcException {
    return CallerPointer.of(h, register)
        .text(longest)
        .orElseThrow(() -> new IpcException(Kind.BAD_NAME, "too long, or not in ASCII"));
  }
}
