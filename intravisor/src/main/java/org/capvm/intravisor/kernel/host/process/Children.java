package org.capvm.intravisor.kernel.host.process;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The children of a process that it has not waited for. Its monitor guards what they are. */
final class Children {
  private final List<Process> processes = new ArrayList<>();

  synchronized void add(Process child) {
    processes.add(child);
  }

  /** Forgets a child; false when somebody else did already. */
  synchronized boolean remove(Process child) {
    return processes.remove(child);
  }

  /** Whether a child matches, ended or not. */
  synchronized boolean any(Predicate<Process> wanted) {
    return processes.stream().anyMatch(wanted);
  }

  /** A child that has ended and matches, or null. */
  synchronized Process ended(Predicate<Process> wanted) {
    return processes.stream()
        .filter(child -> child.hasEnded() && wanted.test(child))
        .findFirst()
        .orElse(null);
  }

  /** Gives all children up. */
  synchronized List<Process> release() {
    List<Process> all = List.copyOf(processes);
    processes.clear();
    return all;
  }
}
