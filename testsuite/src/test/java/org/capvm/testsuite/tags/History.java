package org.capvm.testsuite.tags;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What operations saw, and which had ended before which began. */
final class History {
  /** An operation that began; its number is its place in the order in which they did. */
  static final class Event {
    final int hart;
    final Operation operation;
    final Set<Integer> endedBefore;

    /** Null until it has ended. */
    String result;

    private Event(int hart, Operation operation, Set<Integer> endedBefore) {
      this.hart = hart;
      this.operation = operation;
      this.endedBefore = endedBefore;
    }

    boolean stored() {
      return result != null && operation.stored(result);
    }

    boolean cleared() {
      return result != null && operation.cleared(result);
    }

    @Override
    public String toString() {
      // Plain, not formatted: it is made for each state.
      return "hart " + hart + ": " + operation.text() + " -> " + result + ", after " + endedBefore;
    }
  }

  private final List<Event> events = new ArrayList<>();

  Event begin(int hart, Operation operation) {
    Set<Integer> ended = new TreeSet<>();
    for (int n = 0; n < events.size(); n++) {
      if (events.get(n).result != null) {
        ended.add(n);
      }
    }
    Event event = new Event(hart, operation, ended);
    events.add(event);
    return event;
  }

  List<Event> events() {
    return events;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < events.size(); n++) {
      text.append("  ").append(n).append(". ").append(events.get(n)).append('\n');
    }
    return text.toString();
  }
}
