package org.capvm.intravisor.kernel.host.pseudo;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.capvm.intravisor.kernel.host.abi.KernelName;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.process.Task;

/** The guest's /proc: its own processes, and what programs ask about the machine. */
public final class ProcFolder extends SyntheticFolder {
  private final ProcessTable processes;

  /**
   * @param memory size of the guest's memory in bytes
   */
  public ProcFolder(Folder parent, String name, ProcessTable processes, long memory) {
    super(parent, name);
    this.processes = processes;
    with("mounts", new Entry.Link("self/mounts"));
    with("net", new Entry.Directory(SyntheticFolder::new));
    with("sys", new Entry.Directory(ProcFolder::sysctl));
    withText("cpuinfo", MachineText::processors);
    withText("meminfo", () -> MachineText.memory(memory, mapped()));
    withText("stat", MachineText::statistics);
    withText("uptime", MachineText::uptime);
    withText("loadavg", () -> Text.line("0.00 0.00 0.00 1/1 1"));
    withText("filesystems", () -> Text.bytes("nodev\tproc\nnodev\ttmpfs\n"));
    withText(
        "version",
        () ->
            Text.line(
                KernelName.SYSTEM + " version " + KernelName.RELEASE + " " + KernelName.VERSION));
  }

  private static long mapped() {
    Task task = Task.current();
    return task == null ? 0 : task.process().addressSpace().mappedBytes();
  }

  private static Folder sysctl(Folder parent, String name) {
    return new SyntheticFolder(parent, name)
        .with("kernel", new Entry.Directory(ProcFolder::kernel))
        .with("vm", new Entry.Directory(ProcFolder::virtualMemory))
        .with("net", new Entry.Directory(ProcFolder::network))
        .with("fs", new Entry.Directory(ProcFolder::files));
  }

  private static Folder kernel(Folder parent, String name) {
    return new SyntheticFolder(parent, name)
        .withText("ostype", () -> Text.line(KernelName.SYSTEM))
        .withText("osrelease", () -> Text.line(KernelName.RELEASE))
        .withText("version", () -> Text.line(KernelName.VERSION))
        .withText("hostname", () -> Text.line(KernelName.NODE))
        .withText("domainname", () -> Text.line("(none)"))
        .withText("pid_max", () -> Text.line(32768))
        .withText("threads-max", () -> Text.line(4096))
        .withText("cap_last_cap", () -> Text.line(40))
        .withText("ngroups_max", () -> Text.line(65536))
        .with("random", new Entry.Directory(ProcFolder::random));
  }

  private static Folder random(Folder parent, String name) {
    return new SyntheticFolder(parent, name)
        .withText("uuid", () -> Text.line(UUID.randomUUID()))
        .withText("entropy_avail", () -> Text.line(256));
  }

  private static Folder virtualMemory(Folder parent, String name) {
    return new SyntheticFolder(parent, name)
        .withText("overcommit_memory", () -> Text.line(1))
        .withText("max_map_count", () -> Text.line(65530))
        .withText("mmap_min_addr", () -> Text.line(65536));
  }

  private static Folder network(Folder parent, String name) {
    return new SyntheticFolder(parent, name)
        .with(
            "core",
            new Entry.Directory(
                (p, n) -> new SyntheticFolder(p, n).withText("somaxconn", () -> Text.line(4096))));
  }

  private static Folder files(Folder parent, String name) {
    return new SyntheticFolder(parent, name)
        .withText("file-max", () -> Text.line(1048576))
        .withText("nr_open", () -> Text.line(1048576))
        .withText("pipe-max-size", () -> Text.line(1048576));
  }

  @Override
  protected Entry entry(String name) {
    Task task = Task.current();
    if (task != null && name.equals("self")) {
      return new Entry.Link(Integer.toString(task.process().pid()));
    }
    if (task != null && name.equals("thread-self")) {
      return new Entry.Link(task.process().pid() + "/task/" + task.tid());
    }
    Process process = name.matches("[0-9]{1,9}") ? process(Integer.parseInt(name)) : null;
    return process == null
        ? super.entry(name)
        : new Entry.Directory((p, n) -> new ProcessFolder(p, n, process));
  }

  private Process process(int number) {
    Process process = processes.process(number);
    return process == null || process.hasEnded() ? null : process;
  }

  @Override
  protected List<String> names() {
    List<String> names = new ArrayList<>(super.names());
    names.add("self");
    names.add("thread-self");
    for (Process process : processes.processes()) {
      names.add(Integer.toString(process.pid()));
    }
    return names;
  }
}
