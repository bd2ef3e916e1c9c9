package org.capvm.testsuite.tags;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.capvm.testsuite.tags.History.Event;

/** What must hold of every history. */
final class Rules implements Consumer<History> {
  private static final String NULL = "0:0000000000000000:0000000000000000";

  private final World world;
  private final Scenario scenario;
  private final String initial;

  Rules(World world, Scenario scenario) {
    this.world = world;
    this.scenario = scenario;
    this.initial = world.bits(scenario.initial().split(" ")[0]);
  }

  @Override
  public void accept(History history) {
    List<Event> events = history.events();
    for (int n = 0; n < events.size(); n++) {
      if (events.get(n).operation.loadsCapability()) {
        checkLoad(history, n);
      }
    }
    if (scenario.isAtomic() && !isExplained(events, 0, initial, new HashMap<>())) {
      throw new AssertionError("no order explains it: " + scenario + '\n' + history);
    }
    // What memory holds without its tag is what the last load, which nothing raced with, got.
    String last = events.getLast().result.substring(1);
    if (!world.shared().lines().findFirst().orElseThrow().endsWith(last.substring(1))) {
      throw new AssertionError("memory holds something else: " + scenario + '\n' + history);
    }
  }

  /** A tag is that of a capability that was stored and not cleared since; none is lost. */
  private void checkLoad(History history, int load) {
    String result = history.events().get(load).result;
    boolean tagged = result.startsWith("1");
    boolean possible = tagged ? result.equals(initial) : initial.startsWith("0");
    possible &= !isOverwritten(history, -1, load, tagged);
    for (int n = 0; n < history.events().size(); n++) {
      Event write = history.events().get(n);
      boolean source =
          n != load
              && !write.endedBefore.contains(load)
              && (!tagged && write.cleared()
                  || write.stored() && world.bits(write.operation.operand()).equals(result));
      possible |= source && !isOverwritten(history, n, load, tagged);
    }
    if (!possible) {
      throw new AssertionError(
          (tagged ? "a tag that cannot be there: " : "a tag is lost: ")
              + scenario
              + "\n  load "
              + load
              + '\n'
              + history);
    }
  }

  /** Whether something overwrote for good what an operation wrote, before a load began. */
  private static boolean isOverwritten(History history, int write, int load, boolean tagged) {
    for (int n = 0; n < history.events().size(); n++) {
      Event other = history.events().get(n);
      boolean between =
          n != write
              && (write < 0 || other.endedBefore.contains(write))
              && history.events().get(load).endedBefore.contains(n);
      if (between && (other.stored() || tagged && other.cleared())) {
        return true;
      }
    }
    return false;
  }

  /** Whether the operations not yet done, in some order, give the results that were seen. */
  private boolean isExplained(
      List<Event> events, int done, String value, Map<Integer, String> reserved) {
    if (done == (1 << events.size()) - 1) {
      return true;
    }
    for (int n = 0; n < events.size(); n++) {
      Event event = events.get(n);
      boolean isNext =
          (done & 1 << n) == 0 && event.endedBefore.stream().allMatch(b -> (done & 1 << b) != 0);
      if (isNext && fits(event, value, reserved)) {
        Map<Integer, String> after = new HashMap<>(reserved);
        if (event.operation.reserves()) {
          after.put(event.hart, value);
        }
        if (isExplained(events, done | 1 << n, valueAfter(event, value), after)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean fits(Event event, String value, Map<Integer, String> reserved) {
    if (event.operation.loadsCapability()) {
      return event.result.equals(value);
    }
    if (event.operation.isAdd() || event.operation.reserves()) {
      return Long.parseUnsignedLong(event.result, 16) == low(value);
    }
    if (event.operation.isConditional()) {
      String expected = reserved.get(event.hart);
      boolean ofCapability = event.operation.plain().startsWith("sc.c");
      boolean same = ofCapability ? value.equals(expected) : low(value) == low(expected);
      return event.result.equals(same ? "0" : "1");
    }
    return true;
  }

  private static long low(String value) {
    return Long.parseUnsignedLong(value.substring(value.lastIndexOf(':') + 1), 16);
  }

  private String valueAfter(Event event, String value) {
    if (event.stored()) {
      return world.bits(event.operation.operand());
    }
    if (!event.cleared()) {
      return value;
    }
    String kept = "0" + value.substring(1);
    return event.operation.isAdd()
        ? kept
        : kept.substring(0, kept.lastIndexOf(':')) + NULL.substring(NULL.lastIndexOf(':'));
  }
}
