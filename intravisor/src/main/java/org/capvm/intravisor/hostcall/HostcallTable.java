package org.capvm.intravisor.hostcall;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.hart.HartExit;
import org.capvm.runtime.memory.MemoryFault;

/**
 * The hostcalls of bare programs by number, as the Intravisor numbers them: the number is in t5,
 * arguments in a0 to a7, the result in a0. Pointers are checked against the caller's window.
 */
public final class HostcallTable {
  /** The number is none of the table's. */
  public static final long NO_SUCH_CALL = -38;

  /** A pointer leads out of the caller's memory. */
  public static final long BAD_ADDRESS = -14;

  /** The host could not do it. */
  public static final long INPUT_OUTPUT_ERROR = -5;

  private static final int LIMIT = 1024;

  private static final int A0 = 10;

  private final Hostcall[] calls = new Hostcall[LIMIT];
  private final AtomicLongArray counts = new AtomicLongArray(LIMIT);

  /**
   * The calls of bare programs.
   *
   * @param console where they print
   */
  public HostcallTable(OutputStream console, Clock clock) {
    add(new Hostcall(1, "print", h -> print(console, h)));
    add(
        new Hostcall(
            13,
            "thread_exit",
            h -> {
              throw HartExit.INSTANCE;
            }));
    add(new Hostcall(25, "time", h -> nanoseconds(clock.instant())));
  }

  private void add(Hostcall call) {
    calls[call.number()] = call;
  }

  /** Carries out the call that a hart asks for. */
  public long call(Hart h) {
    long number = h.x30;
    if (number < 0 || number >= LIMIT || calls[(int) number] == null) {
      return NO_SUCH_CALL;
    }
    counts.incrementAndGet((int) number);
    try {
      return calls[(int) number].handler().call(h);
    } catch (MemoryFault e) {
      return BAD_ADDRESS;
    }
  }

  /** How often each call was made, by name. */
  public Map<String, Long> counts() {
    Map<String, Long> result = new TreeMap<>();
    for (Hostcall call : calls) {
      if (call != null && counts.get(call.number()) != 0) {
        result.put(call.name(), counts.get(call.number()));
      }
    }
    return result;
  }

  /** a0: address, a1: length in bytes; returns the length. */
  private static long print(OutputStream console, Hart h) {
    byte[] text = CallerMemory.readable(h, A0, h.x11).toArray(ValueLayout.JAVA_BYTE);
    try {
      console.write(text);
      console.flush();
    } catch (IOException e) {
      return INPUT_OUTPUT_ERROR;
    }
    return text.length;
  }

  /** Since 1970. */
  private static long nanoseconds(Instant now) {
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }
}
