package org.capvm.testsuite.tags;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import jdk.internal.vm.Continuation;

/**
 * Runs harts in every order of their steps. A state is what harts share, what each has seen within
 * its operation, and the history; every state is gone on from once. It is reached again by taking
 * the same steps from the start: operations depend on nothing but what they see.
 */
final class Explorer {
  private static final int MOST_STATES = 2_000_000;

  private final World world;
  private final Scenario scenario;
  private final Consumer<History> check;
  private final Set<String> visited = new HashSet<>();
  private int ends;

  private History history;
  private final List<HartRun> runs = new ArrayList<>();

  Explorer(World world, Scenario scenario, Consumer<History> check) {
    this.world = world;
    this.scenario = scenario;
    this.check = check;
  }

  /** A hart on its way through its operations. */
  private final class HartRun implements Steps.Observer {
    private final int number;
    private final Continuation continuation;
    private final List<String> sites = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private Operation next;
    private History.Event event;

    HartRun(int number, List<Operation> operations) {
      this.number = number;
      this.continuation = new Continuation(Steps.SCOPE, () -> execute(operations));
    }

    private void execute(List<Operation> operations) {
      for (Operation operation : operations) {
        next = operation;
        event = null;
        String result = world.execute(number, operation.text());
        event.result = result;
        sites.clear();
        seen.clear();
      }
    }

    /** Takes the step before which the hart stopped, up to the next one. */
    void step() {
      Steps.OBSERVER.set(this);
      continuation.run();
    }

    boolean isDone() {
      return continuation.isDone();
    }

    @Override
    public void stepping() {
      if (event == null) {
        event = history.begin(number, next);
      }
      sites.add("");
      seen.add(""); // A step is a step, also one that changes and sees nothing.
    }

    @Override
    public void saw(String site, String value) {
      sites.add(site);
      seen.add(value);
    }

    @Override
    public void spins(String loopHead) {
      int from = sites.lastIndexOf(loopHead) - 1;
      sites.subList(from, sites.size()).clear();
      seen.subList(from, seen.size()).clear();
    }

    @Override
    public String toString() {
      return next.text() + (event == null) + isDone() + sites + seen;
    }
  }

  /**
   * Visits all states.
   *
   * @return how many there are
   */
  int run() {
    Deque<List<Integer>> waiting = new ArrayDeque<>();
    waiting.push(List.of());
    while (!waiting.isEmpty()) {
      List<Integer> schedule = new ArrayList<>(waiting.pop());
      start();
      schedule.forEach(hart -> runs.get(hart).step());
      boolean isNew = visited.add(state());
      while (isNew) {
        List<Integer> ready = ready();
        if (ready.isEmpty()) {
          end();
          break;
        }
        for (int k = 1; k < ready.size(); k++) {
          List<Integer> other = new ArrayList<>(schedule);
          other.add(ready.get(k));
          waiting.push(other);
        }
        schedule.add(ready.getFirst());
        runs.get(ready.getFirst()).step();
        isNew = visited.add(state());
      }
      if (visited.size() > MOST_STATES) {
        throw new IllegalStateException("too many states: " + scenario);
      }
    }
    return visited.size();
  }

  /** How many states are ends, in which every hart is done. */
  int ends() {
    return ends;
  }

  private void start() {
    history = new History();
    world.reset(scenario.initial(), scenario.harts().size());
    runs.clear();
    for (List<Operation> operations : scenario.harts()) {
      runs.add(new HartRun(runs.size(), operations));
    }
    runs.forEach(HartRun::step); // To before the first access: nothing has happened.
  }

  private List<Integer> ready() {
    List<Integer> ready = new ArrayList<>();
    for (HartRun run : runs) {
      if (!run.isDone()) {
        ready.add(run.number);
      }
    }
    return ready;
  }

  private String state() {
    return world.shared() + runs + history;
  }

  private void end() {
    ends++;
    Operation last = new Operation("lc");
    History.Event event = history.begin(-1, last);
    event.result = world.execute(0, last.text());
    check.accept(history);
  }
}
