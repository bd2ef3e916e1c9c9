package org.capvm.intravisor.kernel.host.process;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.signal.ProcessSignals;

/** A guest process: what its tasks share. */
public final class Process {
  private final int pid;
  private final Process parent;
  private final ProcessTable table;
  private final HartFactory harts;
  private final DescriptorTable descriptors;
  private final ProcessSignals signals;
  private final CopyOnWriteArrayList<Task> tasks = new CopyOnWriteArrayList<>();
  private volatile AddressSpace addressSpace;
  private volatile Credentials credentials;
  private ExitStatus exitStatus;
  private boolean ended;

  /**
   * @param parent the process that made this one, or null for the first
   */
  public Process(
      ProcessTable table,
      Process parent,
      HartFactory harts,
      AddressSpace addressSpace,
      DescriptorTable descriptors,
      Credentials credentials,
      ProcessSignals signals) {
    this.table = table;
    this.parent = parent;
    this.harts = harts;
    this.pid = table.allocate();
    this.addressSpace = addressSpace;
    this.descriptors = descriptors;
    this.credentials = credentials;
    this.signals = signals;
    table.add(this);
  }

  public int pid() {
    return pid;
  }

  /** The number of the parent, 1 when there is none. */
  public int parentPid() {
    return parent == null ? 1 : parent.pid;
  }

  public Process parent() {
    return parent;
  }

  public ProcessTable table() {
    return table;
  }

  public HartFactory harts() {
    return harts;
  }

  public AddressSpace addressSpace() {
    return addressSpace;
  }

  /** execve: from now on the process lives in another address space. */
  public void replaceAddressSpace(AddressSpace replacement) {
    addressSpace = replacement;
  }

  /** Checked access to the process's memory. */
  public GuestMemory memory() {
    return addressSpace.memory();
  }

  public DescriptorTable descriptors() {
    return descriptors;
  }

  public Credentials credentials() {
    return credentials;
  }

  public void setCredentials(Credentials changed) {
    credentials = changed;
  }

  public ProcessSignals signals() {
    return signals;
  }

  /** The living tasks. */
  public Collection<Task> tasks() {
    return List.copyOf(tasks);
  }

  void add(Task task) {
    tasks.add(task);
    table.add(task);
  }

  /** A task has run its last instruction; with the last one the process ends. */
  void remove(Task task) {
    tasks.remove(task);
    table.remove(task);
    if (tasks.isEmpty()) {
      descriptors.closeAll();
      synchronized (this) {
        if (exitStatus == null) {
          exitStatus = task.exitStatus();
        }
        ended = true;
        notifyAll();
      }
    }
  }

  /**
   * exit_group, or a fatal signal: decides the exit status, if nothing did before, and makes every
   * task leave at its next poll or wait.
   */
  public void exit(ExitStatus status) {
    synchronized (this) {
      if (exitStatus == null) {
        exitStatus = status;
      }
    }
    tasks.forEach(task -> task.signals().requestExit());
  }

  /** Whether the process is going down: tasks then leave with HartExit. */
  public synchronized boolean isExiting() {
    return exitStatus != null;
  }

  /** Whether all tasks have ended. */
  public synchronized boolean hasEnded() {
    return ended;
  }

  /** How the process ended or is about to; null while it lives. */
  public synchronized ExitStatus exitStatus() {
    return exitStatus;
  }

  /** Waits, on a thread that is no guest's, until all tasks have ended. */
  public synchronized ExitStatus awaitEnd() throws InterruptedException {
    while (!ended) {
      wait();
    }
    return exitStatus;
  }
}
