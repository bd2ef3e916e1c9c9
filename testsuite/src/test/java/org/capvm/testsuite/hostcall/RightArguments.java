package org.capvm.testsuite.hostcall;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.capvm.intravisor.hostcall.Argument;
import org.capvm.intravisor.hostcall.Argument.Thing;
import org.capvm.intravisor.hostcall.Hostcall;

/**
 * What right arguments are, by their kinds in the table of hostcalls, where {@link
 * PointerAttackTest} has made something of each kind that has a handle or a name.
 */
final class RightArguments {
  /** Bytes that buffers have. */
  static final int LENGTH = 64;

  /** Names of buffers that are there, and the attacker's own. */
  static final String OWN = "own";

  static final String OWN_TOO = "own-too";

  /** As long as no call of the attack waits. */
  private static final long NANOSECONDS = 1_000_000_000;

  /** These would leave later calls nothing that has the name. */
  private static final Set<String> TAKING = Set.of("cp_file_close", "cp_file_revoke");

  /** There is no disk, and nobody has called the function that asks, or is nested in its cVM. */
  private static final Set<String> REFUSED =
      Set.of(
          "blk_request",
          "blk_get_capacity",
          "finish_cap_call",
          "fetch_cap_call",
          "cp_call_caller",
          "get_my_inner",
          "inner_read",
          "inner_write");

  private static final Map<Thing, Long> HANDLES = new EnumMap<>(Thing.class);

  static {
    HANDLES.put(Thing.SEMAPHORE, 1L);
    HANDLES.put(Thing.MUTEX, 1L);
    HANDLES.put(Thing.THREAD, 1L);
    HANDLES.put(Thing.KEY, 1L);
    HANDLES.put(Thing.TIMER, 1L);
    HANDLES.put(Thing.DISK, 0L);
    HANDLES.put(Thing.LISTENER, 1L);
    HANDLES.put(Thing.STREAM, 2L);
    HANDLES.put(Thing.FUNCTION, 2L);
    HANDLES.put(Thing.CALL, 3L);
  }

  private RightArguments() {}

  /** Whether a call is refused, whatever its pointers are. */
  static boolean isRefused(Hostcall call) {
    return REFUSED.contains(call.name());
  }

  static long handle(Thing of) {
    return HANDLES.get(of);
  }

  /** Of something that is there. */
  static String name(Thing of) {
    return switch (of) {
      case BUFFER -> OWN;
      case STREAM -> "own-stream";
      case FUNCTION -> "own-call";
      default -> throw new IllegalArgumentException(of + " has no name");
    };
  }

  /** The name that a call is given. */
  static String name(Hostcall call, Argument.Name argument) {
    if (argument.isNew()) {
      return "new" + call.number();
    }
    return TAKING.contains(call.name()) ? OWN_TOO : name(argument.of());
  }

  /** Arguments that are integers. */
  static long integer(Argument.Scalar kind) {
    return switch (kind) {
      // No word has this value, so that nobody waits.
      case INTEGER, FLAG, NO_WAIT -> 1;
      case READ_ONLY, VALUE, UNUSED -> 0;
      case NANOSECONDS -> NANOSECONDS;
      case LENGTH -> LENGTH;
      case FUNCTION, WORD, SLOT, CVMS -> throw new IllegalArgumentException(kind + " is none");
    };
  }
}
