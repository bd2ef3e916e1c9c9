package org.capvm.testsuite.hostcall;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each hostcall takes, for attacks. A hostcall of {@link
 * org.capvm.intravisor.hostcall.HostcallTable} without a row here fails {@link PointerAttackTest}.
 */
final class HostcallArguments {
  /** Bytes that buffers have. */
  static final int LENGTH = 64;

  /** An argument. */
  sealed interface Argument {
    /** An integer that the attacks leave alone. */
    record Value(long value) implements Argument {}

    /** Memory of some bytes that is read, or written. */
    record Memory(int size, boolean written, boolean optional) implements Argument {}

    /** How long the memory of another argument is. */
    record Length() implements Argument {}

    /** A text with a NUL behind it. */
    record Text(String text, boolean optional) implements Argument {}

    /** Where a capability goes. */
    record Slot() implements Argument {}

    /** A capability to a word of a shared buffer, in either mode. */
    record Word() implements Argument {}

    /** A function that is called later, by another thread. */
    record Function() implements Argument {}

    /** A pointer of a call that only others may make: refused, whatever it is. */
    record Unserved() implements Argument {}

    /** The handle of something; the value is one that is right at that time. */
    record Handle(long right) implements Argument {}
  }

  /** Names of buffers that are there, and the attacker's own. */
  static final String OWN = "own";

  static final String OWN_TOO = "own-too";

  /** A hostcall that ends or waits, whatever it is given. */
  private static final List<Argument> NONE = List.of();

  private static final Map<Integer, List<Argument>> ROWS = new TreeMap<>();

  static {
    ROWS.put(1, List.of(read(), new Argument.Length()));
    ROWS.put(3, List.of(new Argument.Value(0)));
    ROWS.put(4, List.of(new Argument.Handle(1)));
    ROWS.put(5, List.of(new Argument.Handle(1)));
    ROWS.put(6, List.of(new Argument.Handle(1)));
    ROWS.put(7, NONE);
    ROWS.put(8, List.of(new Argument.Handle(1)));
    ROWS.put(9, List.of(new Argument.Handle(1)));
    ROWS.put(10, List.of(new Argument.Handle(1)));
    ROWS.put(11, List.of(new Argument.Function(), new Argument.Value(0)));
    ROWS.put(12, List.of(new Argument.Handle(1)));
    ROWS.put(13, NONE);
    ROWS.put(14, List.of(new Argument.Handle(1)));
    ROWS.put(15, NONE);
    ROWS.put(16, NONE);
    ROWS.put(17, NONE);
    ROWS.put(18, List.of(new Argument.Handle(1)));
    ROWS.put(19, List.of(new Argument.Handle(1), new Argument.Value(0)));
    ROWS.put(20, List.of(new Argument.Value(1)));
    ROWS.put(25, NONE);
    ROWS.put(26, List.of(new Argument.Function(), new Argument.Value(0)));
    ROWS.put(27, List.of(new Argument.Handle(1), new Argument.Value(0)));
    ROWS.put(28, List.of(new Argument.Handle(1)));
    ROWS.put(31, NONE);
    // There is no disk.
    ROWS.put(100, List.of(new Argument.Handle(0), new Argument.Unserved()));
    ROWS.put(101, List.of(new Argument.Handle(0), new Argument.Unserved()));
    ROWS.put(403, List.of(new Argument.Function(), new Argument.Value(0)));
    ROWS.put(405, List.of(read(), new Argument.Length(), text("made")));
    ROWS.put(406, List.of(text(OWN), new Argument.Slot(), optional(Long.BYTES)));
    ROWS.put(409, List.of(new Argument.Function(), new Argument.Value(0), text("called")));
    ROWS.put(410, List.of(text("own-call")));
    ROWS.put(411, List.of(new Argument.Handle(2), both(), new Argument.Length()));
    ROWS.put(412, List.of(new Argument.Value(0), new Argument.Unserved()));
    ROWS.put(413, List.of(new Argument.Value(0), new Argument.Unserved(), new Argument.Unserved()));
    ROWS.put(414, NONE);
    ROWS.put(
        420,
        List.of(read(), new Argument.Length(), text("made-too"), list("a,b"), list("c,victim")));
    ROWS.put(
        421, List.of(text(OWN), new Argument.Slot(), optional(Long.BYTES), new Argument.Value(1)));
    ROWS.put(422, List.of(text(OWN_TOO)));
    ROWS.put(423, List.of(text(OWN_TOO), list("victim")));
    ROWS.put(424, List.of(text(OWN)));
    // Another value than the word has, so that it does not wait.
    ROWS.put(425, List.of(new Argument.Word(), new Argument.Value(77), new Argument.Value(0)));
    ROWS.put(426, List.of(new Argument.Word(), new Argument.Value(1)));
    ROWS.put(430, List.of(text("listening"), list("victim")));
    ROWS.put(431, List.of(new Argument.Handle(1), new Argument.Value(1)));
    ROWS.put(432, List.of(text("own-stream")));
    ROWS.put(
        433, List.of(new Argument.Handle(2), read(), new Argument.Length(), new Argument.Value(1)));
    ROWS.put(434, List.of(new Argument.Handle(2), written(), new Argument.Length()));
    ROWS.put(435, List.of(new Argument.Handle(2), written(), new Argument.Length()));
    ROWS.put(436, List.of(new Argument.Handle(2)));
    ROWS.put(437, List.of(new Argument.Handle(2), new Argument.Value(5), new Argument.Value(0)));
    ROWS.put(438, List.of(new Argument.Handle(2)));
    ROWS.put(439, List.of(new Argument.Handle(2)));
    ROWS.put(
        440,
        List.of(
            text("called-too"), new Argument.Function(), new Argument.Value(0), list("victim")));
    ROWS.put(441, List.of(text("own-call")));
    ROWS.put(442, call(new Argument.Value(-1), new Argument.Value(0)));
    ROWS.put(443, call(new Argument.Value(0), new Argument.Value(0)));
    ROWS.put(
        444,
        List.of(new Argument.Handle(3), new Argument.Value(0), written(), new Argument.Length()));
    ROWS.put(445, List.of(new Argument.Handle(2)));
    ROWS.put(446, List.of(new Argument.Unserved(), new Argument.Length()));
    ROWS.put(1000, List.of(written(), new Argument.Length()));
    ROWS.put(1001, List.of(new Argument.Value(0)));
  }

  private HostcallArguments() {}

  private static Argument read() {
    return new Argument.Memory(LENGTH, false, false);
  }

  private static Argument written() {
    return new Argument.Memory(LENGTH, true, false);
  }

  private static Argument both() {
    return new Argument.Memory(LENGTH, true, false);
  }

  private static List<Argument> call(Argument a6, Argument a7) {
    Argument integer = new Argument.Value(1);
    return List.of(
        new Argument.Handle(2), integer, integer, integer, both(), new Argument.Length(), a6, a7);
  }

  private static Argument optional(int size) {
    return new Argument.Memory(size, true, true);
  }

  private static Argument text(String text) {
    return new Argument.Text(text, false);
  }

  private static Argument list(String text) {
    return new Argument.Text(text, true);
  }

  /** By number. */
  static Map<Integer, List<Argument>> rows() {
    return ROWS;
  }
}
