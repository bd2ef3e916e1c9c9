package org.capvm.intravisor.kernel.host.process;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.capvm.intravisor.kernel.host.file.RecordLocks;
import org.capvm.intravisor.kernel.host.file.SentFiles;
import org.capvm.intravisor.kernel.host.socket.SocketNames;
import org.capvm.intravisor.kernel.host.time.Clocks;
import org.capvm.intravisor.kernel.host.time.TimerQueue;

/**
 * The processes and tasks of a cVM by number, and the clocks and timers they share. A process has
 * the number of its first task.
 */
public final class ProcessTable implements AutoCloseable {
  /** Process numbers start here, so that no guest takes itself for init. */
  private static final int FIRST = 100;

  /** Most tasks at a time: each is a thread of the host. */
  public static final int MOST_TASKS = 4096;

  private final int most;
  private final Clocks clocks = new Clocks();
  private final TimerQueue timerQueue = new TimerQueue();
  private final SocketNames socketNames =
      new SocketNames(Integer.toHexString(new SecureRandom().nextInt()));
  private final SentFiles sentFiles = new SentFiles();
  private final RecordLocks recordLocks = new RecordLocks();
  private final AtomicInteger next = new AtomicInteger(FIRST);
  private final ConcurrentHashMap<Integer, Process> processes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Task> tasks = new ConcurrentHashMap<>();
  private volatile int foregroundGroup = FIRST;

  /** A table without limits but those that always hold. */
  public ProcessTable() {
    this(MOST_TASKS);
  }

  /**
   * @param mostTasks how many tasks there can be at a time
   */
  public ProcessTable(int mostTasks) {
    most = Math.min(mostTasks, MOST_TASKS);
  }

  public Clocks clocks() {
    return clocks;
  }

  public TimerQueue timerQueue() {
    return timerQueue;
  }

  /** The Unix sockets of the cVM by name. */
  public SocketNames socketNames() {
    return socketNames;
  }

  /** What guests of the cVM sent over Unix sockets. */
  public SentFiles sentFiles() {
    return sentFiles;
  }

  /** The record locks of the cVM's processes. */
  public RecordLocks recordLocks() {
    return recordLocks;
  }

  /** Whether there may be one more task. */
  public boolean hasRoom() {
    return tasks.size() < most;
  }

  /** Ends what runs beside the tasks. */
  @Override
  public void close() {
    timerQueue.close();
  }

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

  /** The processes of a group, those that wait for their parent included. */
  public Collection<Process> group(int number) {
    return processes.values().stream().filter(process -> process.group() == number).toList();
  }

  /** The process group that the terminal belongs to: at first that of the first process. */
  public int foregroundGroup() {
    return foregroundGroup;
  }

  public void setForegroundGroup(int number) {
    foregroundGroup = number;
  }

  public Collection<Process> processes() {
    return List.copyOf(processes.values());
  }

  /** All living tasks. */
  public Collection<Task> tasks() {
    return List.copyOf(tasks.values());
  }
}
