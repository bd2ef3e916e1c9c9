package org.capvm.testsuite.hostcall;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.capvm.intravisor.hostcall.Argument;
import org.capvm.intravisor.hostcall.Argument.Direction;
import org.capvm.intravisor.hostcall.Argument.Thing;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.memory.Window;
import org.capvm.testsuite.hostcall.BadPointers.Bad;
import org.capvm.testsuite.hostcall.BadPointers.Purpose;
import org.capvm.testsuite.hostcall.HostcallExecutor.Form;
import org.capvm.testsuite.hostcall.HostcallExecutor.Job;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pointer, length and handle of every hostcall, wrong in every way, from a guest beside a
 * victim: an error, nothing of the victim or the Intravisor is read or written, and nothing of the
 * caller changes. Then the same call with right arguments, which shows that the others were refused
 * for the reason given.
 */
class PointerAttackTest {
  /** Each pointer has a place of its own, so that a change tells whose it is. */
  private static final int CELL = 256;

  /** Where calls with right arguments may write. */
  private static final long CONTROLS = HostcallExecutor.ARENA + (1 << 20);

  /** A function that returns at once. */
  private static final long FUNCTION = HostcallExecutor.ARENA;

  private static final int RETURN = 0x8067;

  /** An access list. */
  private static final String CVMS = "c,victim";

  private static final long[] LENGTHS = {
    -1,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MAX_VALUE - HostcallExecutor.ARENA,
    1L << 32,
    HostcallExecutor.MEMORY,
  };

  private static final long[] HANDLES = {
    0, -1, 4, 5, 77, 1L << 32 | 1, Long.MIN_VALUE, Long.MIN_VALUE | 1, Long.MAX_VALUE,
  };

  @TempDir private Path folder;

  /** A call with an argument that is wrong, or with none. */
  private record Attack(Job job, boolean pointer) {}

  private final List<Attack> attacks = new ArrayList<>();
  private final List<Job> controls = new ArrayList<>();
  private HostcallExecutor attacker;
  private BadPointers pointers;
  private Capability word;
  private Form form;
  private long place;

  private static Set<Form> forms() {
    return Form.USUAL;
  }

  @ParameterizedTest
  @MethodSource("forms")
  void nothingIsReached(Form each) throws Exception {
    for (var engine : Neighbours.engines(folder)) {
      attacks.clear();
      controls.clear();
      form = each;
      try (Neighbours neighbours = new Neighbours(folder, engine)) {
        attack(neighbours);
      }
    }
  }

  private void attack(Neighbours neighbours) throws Exception {
    attacker = neighbours.attacker(form);
    pointers =
        new BadPointers(attacker.window(), neighbours.targets(attacker, form), form.isPure());
    word = neighbours.ownWord(attacker, form);
    place = HostcallExecutor.ARENA + CELL;
    List<Job> setUp = setUp();
    attacker.hostcalls().all().forEach(this::addAttacks);
    assertTrue(place < CONTROLS, "too many places");
    place = CONTROLS;
    attacker.hostcalls().all().forEach(this::addControl);
    fillEdges();

    List<Job> jobs = new ArrayList<>(setUp);
    attacks.forEach(attack -> jobs.add(attack.job()));
    jobs.addAll(controls);
    byte[] before = ownMemory(jobs);
    List<Long> tags = ownTags(jobs);
    neighbours.rememberAll();
    attacker.begin(jobs);
    assertEquals(0, attacker.await().exitStatus());

    for (int i = 0; i < setUp.size(); i++) {
      assertTrue(attacker.result(i).orElseThrow() >= 0, jobs.get(i).what());
    }
    for (int i = 0; i < attacks.size(); i++) {
      assertRefused(attacks.get(i), attacker.result(setUp.size() + i));
    }
    for (int i = 0; i < controls.size(); i++) {
      Job job = controls.get(i);
      OptionalLong result = attacker.result(setUp.size() + attacks.size() + i);
      assertTrue(result.isPresent(), job.what() + " lost a register");
      assertNotEquals(Errno.EFAULT, result.getAsLong(), job.what());
    }
    int changed = Arrays.mismatch(before, ownMemory(jobs));
    assertEquals(-1, changed, () -> "changed at 0x%x".formatted(address(changed, jobs)));
    assertEquals(tags, ownTags(jobs));
    assertArrayEquals(printed(), attacker.output());
    neighbours.assertUnharmed(attacker);
  }

  private void assertRefused(Attack attack, OptionalLong result) {
    String what = attack.job().what() + " " + form;
    assertTrue(result.isPresent(), what + " lost a register");
    if (attack.pointer()) {
      assertEquals(Errno.EFAULT, result.getAsLong(), what);
    } else {
      assertTrue(result.getAsLong() < 0, what + ": " + result.getAsLong());
    }
  }

  /** What the control of print prints. */
  private byte[] printed() {
    byte[] bytes = new byte[RightArguments.LENGTH];
    Arrays.fill(bytes, (byte) 'p');
    return bytes;
  }

  // What the calls are -------------------------------------------------------------------------

  /**
   * A name for streams (handle 1), and a stream (2 and 3) whose other end sends no more; a function
   * (handle 1), opened (2), and a call of it that was started (3).
   */
  private List<Job> setUp() {
    Capability none = Capability.integer(0);
    Capability buffer = pointers.good(newPlace(""), RightArguments.LENGTH);
    Capability length = Capability.integer(RightArguments.LENGTH);
    attacker.put(FUNCTION, RETURN);
    Capability stream = text(RightArguments.name(Thing.STREAM));
    Capability call = text(RightArguments.name(Thing.FUNCTION));
    Capability handle = Capability.integer(2);
    return List.of(
        new Job("listen", 430, List.of(stream, none)),
        new Job("connect", 432, List.of(stream)),
        new Job("accept", 431, 1, 1),
        new Job("finish", 438, 3),
        new Job("publish", 440, List.of(call, form.code(FUNCTION), none, none)),
        new Job("open", 441, List.of(call)),
        new Job("start", 443, List.of(handle, none, none, none, buffer, length)));
  }

  /** A place with a tag, and text or bytes. */
  private long newPlace(String text) {
    long here = place;
    place += CELL;
    byte[] bytes = new byte[CELL];
    Arrays.fill(bytes, (byte) 'p');
    attacker.put(here, bytes);
    if (!text.isEmpty()) {
      attacker.put(here, text + "\0");
    }
    if (attacker.window().tags() != null) {
      Capability own = Capability.ROOT.withAddress(here).withLength(CELL);
      attacker.window().tags().store(here + CELL - Capability.SIZE, own);
    }
    return here;
  }

  private Capability text(String text) {
    return pointers.good(newPlace(text), text.length() + 1);
  }

  private Capability memory(int size) {
    return pointers.good(newPlace(""), size);
  }

  private Capability right(Hostcall call, Argument argument) {
    return switch (argument) {
      case Argument.Handle(Thing of) -> Capability.integer(RightArguments.handle(of));
      case Argument.Name name -> text(RightArguments.name(call, name));
      case Argument.Structure structure -> memory(structure.size());
      case Argument.Bytes _ -> memory(RightArguments.LENGTH);
      case Argument.Scalar kind ->
          switch (kind) {
            case SLOT -> memory(Capability.SIZE);
            case CVMS -> text(CVMS);
            case WORD -> word;
            case FUNCTION -> form.code(FUNCTION);
            default -> Capability.integer(RightArguments.integer(kind));
          };
    };
  }

  private void addAttacks(Hostcall call) {
    List<Argument> arguments = call.arguments();
    for (int wrong = 0; wrong < arguments.size(); wrong++) {
      boolean pointer = isPointer(arguments.get(wrong)) && !RightArguments.isRefused(call);
      for (Bad bad : bad(call, arguments.get(wrong))) {
        List<Capability> values = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
          values.add(i == wrong ? bad.pointer() : right(call, arguments.get(i)));
        }
        String what = "%s, a%d: %s".formatted(call.name(), wrong, bad.what());
        attacks.add(new Attack(new Job(what, call.number(), values), pointer));
      }
    }
  }

  private static boolean isPointer(Argument argument) {
    return switch (argument) {
      case Argument.Bytes _, Argument.Structure _, Argument.Name _ -> true;
      case Argument.Handle _ -> false;
      case Argument.Scalar kind ->
          switch (kind) {
            case SLOT, CVMS, FUNCTION -> true;
            case WORD -> false;
            case INTEGER, FLAG, NO_WAIT, READ_ONLY, NANOSECONDS, LENGTH, VALUE, UNUSED -> false;
          };
    };
  }

  private List<Bad> bad(Hostcall call, Argument argument) {
    return switch (argument) {
      case Argument.Handle _ -> integers("handle", HANDLES);
      case Argument.Structure(Direction direction, int size, boolean nullable) ->
          pointers.all(
              new Purpose(size, permissions(direction)).asOptional(nullable), newPlace(""));
      case Argument.Bytes(Direction direction) ->
          pointers.all(new Purpose(RightArguments.LENGTH, permissions(direction)), newPlace(""));
      case Argument.Name name -> badTexts(RightArguments.name(call, name), false);
      case Argument.Scalar kind ->
          switch (kind) {
            case LENGTH -> integers("length", LENGTHS);
            case SLOT -> {
              int both = Permissions.STORE | Permissions.STORE_CAPABILITY;
              yield pointers.all(new Purpose(Capability.SIZE, both).asAligned(), newPlace(""));
            }
            case CVMS -> badTexts(CVMS, true);
            case WORD -> badWords();
            case FUNCTION -> badFunctions();
            case INTEGER, FLAG, NO_WAIT, READ_ONLY, NANOSECONDS, VALUE, UNUSED -> List.of();
          };
    };
  }

  private static int permissions(Direction direction) {
    return switch (direction) {
      case IN -> Permissions.LOAD;
      case OUT -> Permissions.STORE;
      case BOTH -> Permissions.LOAD | Permissions.STORE;
    };
  }

  private List<Bad> badTexts(String text, boolean optional) {
    Purpose purpose = new Purpose(text.length() + 1, Permissions.LOAD);
    return pointers.all(purpose.asText().asOptional(optional), newPlace(text));
  }

  private static List<Bad> integers(String what, long[] values) {
    return Arrays.stream(values)
        .mapToObj(value -> new Bad("%s %d".formatted(what, value), Capability.integer(value)))
        .toList();
  }

  private List<Bad> badWords() {
    List<Bad> all = new ArrayList<>();
    Purpose purpose = new Purpose(Integer.BYTES, Permissions.LOAD);
    all.addAll(pointers.all(purpose, newPlace("")));
    if (form.hasCapabilities()) {
      all.add(new Bad("an untagged word", word.untagged()));
      all.add(new Bad("a sealed word", word.withType(42)));
      all.add(new Bad("half of a word", word.withLength(Integer.BYTES - 1)));
      all.add(new Bad("a misaligned word", word.plus(2)));
      all.add(new Bad("a word before", word.plus(-Integer.BYTES)));
      int others = Permissions.ALL & ~Permissions.LOAD;
      all.add(new Bad("a word not to be read", word.withPermissions(others)));
    }
    return all;
  }

  /** An integer is a right function of integer mode: the thread faults, which is its own affair. */
  private List<Bad> badFunctions() {
    if (!form.isPure()) {
      return List.of();
    }
    Purpose purpose = new Purpose(Integer.BYTES, Permissions.EXECUTE);
    return pointers.all(purpose, newPlace(""));
  }

  /** Calls that return with right arguments, whatever those are. */
  private void addControl(Hostcall call) {
    List<Argument> arguments = call.arguments();
    boolean pointer = arguments.stream().anyMatch(a -> isPointer(a) || a == Argument.WORD);
    if (pointer && (form.hasCapabilities() || !arguments.contains(Argument.SLOT))) {
      String what = call.name() + " as it should be";
      List<Capability> values = arguments.stream().map(a -> right(call, a)).toList();
      controls.add(new Job(what, call.number(), values));
    }
  }

  /** No text ends before the end of memory, or before the guard. */
  private void fillEdges() {
    byte[] bytes = new byte[CELL];
    Arrays.fill(bytes, (byte) 'e');
    attacker.put(HostcallExecutor.MEMORY - CELL, bytes);
    attacker.put(HostcallExecutor.GUARD - CELL, bytes);
  }

  // What must not change -----------------------------------------------------------------------

  private static long address(int offset, List<Job> jobs) {
    return HostcallExecutor.endOfCalls(jobs) + offset;
  }

  /**
   * The attacker's memory but for its calls, where right ones write, and the stacks. The capability
   * store lies before those.
   */
  private byte[] ownMemory(List<Job> jobs) {
    byte[] content = GuestMemory.content(attacker.window());
    int low = (int) Window.LOW;
    Arrays.fill(content, (int) CONTROLS - low, (int) (place - low), (byte) 0);
    int end = (int) HostcallExecutor.STACKS - low;
    return Arrays.copyOfRange(content, (int) HostcallExecutor.endOfCalls(jobs) - low, end);
  }

  private List<Long> ownTags(List<Job> jobs) {
    return attacker.window().tags() == null
        ? List.of()
        : GuestMemory.tagged(attacker.window()).stream()
            .filter(at -> at >= HostcallExecutor.endOfCalls(jobs) && at < HostcallExecutor.STACKS)
            .filter(at -> at < CONTROLS || at >= place)
            .toList();
  }
}
