package org.capvm.intravisor.kernel.host.process;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The processes and tasks of a cVM by number; a process has the number of its first task. */
public final class ProcessTable {
  /** Process numbers start here, so that no guest takes itself for init. */
  private static final int FIRST = 100;

  private final AtomicInteger next = new AtomicInteger(FIRST);
  private final ConcurrentHashMap<Integer, Process> processes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Task> tasks = new ConcurrentHashMap<>();

  /** A number that no process or task has had. */
  int allocate() {
    return next.getAndIncrement();
  }

  void add(Process process) {
    processes.put(process.pid(), process);
  }

  void add(Task task) {
    tasks.put(task.tid(), task);
  }

  /** Forgets a process whose parent has waited for it. */
  public void remove(Process process) {
    processes.remove(process.pid(), process);
  }

  void remove(Task task) {
    tasks.remove(task.tid(), task);
  }

  /** The process of a number, also while it waits for its parent; or null. */
  public Process process(int pid) {
    return processes.get(pid);
  }

  /** The living task of a number, or null. */
  public Task task(int tid) {
    return tasks.get(tid);
  }

  public Collection<Process> processes() {
    return List.copyOf(processes.values());
  }

  /** All living tasks. */
  public Collection<Task> tasks() {
    return List.copyOf(tasks.values());
  }
}
