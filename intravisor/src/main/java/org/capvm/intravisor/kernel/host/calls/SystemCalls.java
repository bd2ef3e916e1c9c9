package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/** All system calls of the host kernel. */
public final class SystemCalls {
  private SystemCalls() {}

  /** A table with every call. */
  public static SystemCallTable table(ExecCalls execute, CloneCalls clone) {
    SystemCallTable table = new SystemCallTable();
    PathCalls.addTo(table);
    StatusCalls.addTo(table);
    TransferCalls.addTo(table);
    DescriptorCalls.addTo(table);
    SpaceCalls.addTo(table);
    MemoryCalls.addTo(table);
    ProcessCalls.addTo(table);
    GroupCalls.addTo(table);
    MachineCalls.addTo(table);
    execute.addTo(table);
    ThreadCalls.addTo(table);
    clone.addTo(table);
    WaitCalls.addTo(table);
    FutexCalls.addTo(table);
    SignalCalls.addTo(table);
    KillCalls.addTo(table);
    ClockCalls.addTo(table);
    TimerCalls.addTo(table);
    EventCalls.addTo(table);
    SignalFileCalls.addTo(table);
    WatchCalls.addTo(table);
    SpliceCalls.addTo(table);
    PollCalls.addTo(table);
    EpollCalls.addTo(table);
    SocketCalls.addTo(table);
    SocketOptionCalls.addTo(table);
    MessageCalls.addTo(table);
    ManyMessageCalls.addTo(table);
    return table;
  }
}
