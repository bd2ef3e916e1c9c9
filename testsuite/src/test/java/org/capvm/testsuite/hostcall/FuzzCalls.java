package org.capvm.testsuite.hostcall;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.intravisor.hostcall.Argument;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.hostcall.HostcallTable;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;

/** Random calls of a seed: most arguments are nearly right, some are anything. */
final class FuzzCalls {
  /** Calls that a cVM makes. */
  static final int CALLS = 4_000;

  /** A function that returns at once, and what names point to. */
  private static final long FUNCTION = HostcallExecutor.ARENA;

  private static final int RETURN = 0x8067;
  private static final long TEXTS = HostcallExecutor.ARENA + 4096;
  private static final int TEXT = 128;

  private static final String[] NAMES = {
    "a",
    "b",
    "c",
    "d",
    "secret",
    "victims-stream",
    "large",
    "no such name",
    "",
    "x".repeat(64),
    "fuzz0,fuzz1",
    "*",
    "victim",
    "\u007f",
    "a\u0080",
  };

  private static final int[] ODD_NUMBERS = {
    -1,
    0,
    2,
    21,
    24,
    29,
    32,
    33,
    402,
    404,
    500,
    999,
    1002,
    1023,
    1024,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
  };

  /** These end the cVM, so that they are called rarely. */
  private static final int EXIT = 13;

  private static final int CALL_EXIT = 414;

  /** A hundred times as slow as others. */
  private static final Set<Integer> MAKING_THREADS = Set.of(11, 403, 443);

  /** Nanoseconds of most waits. */
  private static final int LONGEST_WAIT = 2_000;

  private final Random random;
  private final Form form;
  private final Map<Integer, List<Argument>> rows = new TreeMap<>();
  private final List<Integer> numbers;

  FuzzCalls(long seed, Form form, HostcallTable table) {
    this.random = new Random(seed);
    this.form = form;
    for (Hostcall call : table.all()) {
      rows.put(call.number(), call.arguments());
    }
    numbers = List.copyOf(rows.keySet());
  }

  /** What the calls need in memory. */
  void prepare(HostcallExecutor executor) {
    for (int i = 0; i < NAMES.length; i++) {
      executor.put(TEXTS + (long) i * TEXT, NAMES[i] + "\0");
    }
    executor.put(FUNCTION, RETURN);
  }

  List<Job> calls() {
    List<Job> calls = new ArrayList<>();
    while (calls.size() < CALLS) {
      int number = number();
      List<Argument> row = rows.getOrDefault(number, List.of());
      List<Capability> arguments = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean right = i < row.size() && random.nextInt(8) != 0;
        boolean function = i < row.size() && row.get(i) == Argument.FUNCTION;
        arguments.add(right || function ? nearlyRight(row.get(i), calls.size()) : anything());
      }
      mayWait(number, row, arguments);
      calls.add(new Job("", number, arguments));
    }
    return calls;
  }

  private int number() {
    if (random.nextInt(16) == 0) {
      return ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)];
    }
    int number = numbers.get(random.nextInt(numbers.size()));
    boolean ends = number == EXIT || number == CALL_EXIT;
    boolean seldom = ends && random.nextInt(400) != 0;
    return seldom || MAKING_THREADS.contains(number) && random.nextInt(10) != 0
        ? numbers.getLast()
        : number;
  }

  /**
   * Most calls that can be told not to wait are told so: who waits for ever makes no more calls.
   */
  private void mayWait(int number, List<Argument> row, List<Capability> arguments) {
    if (random.nextInt(CALLS) == 0) {
      return;
    }
    for (int i = 0; i < row.size(); i++) {
      if (row.get(i) == Argument.NO_WAIT) {
        arguments.set(i, Capability.integer(1));
      } else if (row.get(i) == Argument.NANOSECONDS) {
        arguments.set(i, Capability.integer(random.nextInt(LONGEST_WAIT)));
      }
    }
    switch (number) {
      // Nobody reads what is printed.
      case 1 -> arguments.set(1, Capability.integer(random.nextInt(256)));
      case 6 -> arguments.set(0, Capability.integer(1000 + random.nextInt(1000)));
      case 14 -> arguments.set(0, Capability.integer(random.nextInt(1000) + 63));
      case 13, 414 -> arguments.set(0, Capability.integer(random.nextInt(64)));
      case 411 -> arguments.set(0, Capability.integer(random.nextInt(4) == 0 ? 2 : 1000));
      case 434 -> arguments.set(0, Capability.integer(random.nextInt(1000) + 1000));
      default -> {}
    }
  }

  private Capability nearlyRight(Argument argument, int call) {
    return switch (argument) {
      case Argument.Scalar scalar -> nearlyRight(scalar, call);
      case Argument.Handle _ -> Capability.integer(random.nextInt(12));
      case Argument.Bytes _, Argument.Structure _ -> pointer(place());
      case Argument.Name _ -> text();
    };
  }

  private Capability nearlyRight(Argument.Scalar argument, int call) {
    return switch (argument) {
      case INTEGER, FLAG, NO_WAIT, READ_ONLY, NANOSECONDS, VALUE, UNUSED ->
          Capability.integer(random.nextInt(9) - 1);
      case LENGTH -> Capability.integer(length());
      case SLOT -> pointer(slot(call));
      case CVMS -> text();
      // What a call before has put there is better.
      case WORD -> pointer(HostcallExecutor.MEMORY + 4L * random.nextInt(4096));
      case FUNCTION -> form.code(FUNCTION);
    };
  }

  private Capability text() {
    return random.nextInt(16) == 0
        ? Capability.integer(0)
        : pointer(TEXTS + (long) random.nextInt(NAMES.length) * TEXT);
  }

  private long length() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> 1L << random.nextInt(64);
      case 2 -> random.nextInt(1 << 16);
      default -> random.nextInt(256);
    };
  }

  /** Somewhere in the free memory, or at the end of memory. */
  private long place() {
    return random.nextInt(8) == 0
        ? HostcallExecutor.MEMORY - random.nextInt(256)
        : HostcallExecutor.ARENA + (1 << 16) + random.nextInt(1 << 20);
  }

  /** Where a later call has its first argument, or anywhere. */
  private long slot(int call) {
    return random.nextBoolean()
        ? HostcallExecutor.argument(call + 1 + random.nextInt(16))
        : place() & -Capability.SIZE;
  }

  private Capability pointer(long address) {
    if (!form.isPure()) {
      return Capability.integer(address);
    }
    Capability data = RootCapabilities.data(Dialect.XCHERI_V9, HostcallExecutor.MEMORY);
    Capability whole = data.withAddress(address);
    return switch (random.nextInt(8)) {
      case 0 -> whole.withLength(random.nextInt(256));
      case 1 -> whole.withPermissions(random.nextInt(Permissions.ALL + 1));
      case 2 -> random.nextBoolean() ? whole.withType(random.nextInt(100)) : whole.untagged();
      default -> whole;
    };
  }

  private Capability anything() {
    return switch (random.nextInt(8)) {
      case 0 -> Capability.integer(random.nextLong());
      case 1 -> Capability.integer(-random.nextInt(4096));
      case 2 -> Capability.integer(1L << random.nextInt(64));
      case 3 -> pointer(place());
      case 4 -> pointer(HostcallExecutor.ARENA + 1).withType(ObjectType.SENTRY);
      default -> Capability.integer(random.nextInt(256));
    };
  }
}
