package org.capvm.intravisor.kernel.host.pseudo;

import java.util.List;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;

/** /proc/PID. */
final class ProcessFolder extends SyntheticFolder {
  ProcessFolder(Folder parent, String name, Process process) {
    super(parent, name);
    with("exe", new Entry.Link(process.addressSpace().program().path()));
    with("root", new Entry.Link("/"));
    with("cwd", new Entry.Link(currentFolder(process)));
    with("fd", new Entry.Directory((p, n) -> new DescriptorFolder(p, n, process)));
    with("task", new Entry.Directory((p, n) -> new TaskFolders(p, n, process)));
    addTextsTo(this, process, process.pid());
  }

  private static String currentFolder(Process process) {
    Folder current = process.files().current();
    String path = current.path();
    current.release();
    return path;
  }

  private static void addTextsTo(SyntheticFolder folder, Process process, int tid) {
    folder
        .withText("cmdline", () -> process.addressSpace().program().commandLine())
        .withText("environ", () -> process.addressSpace().program().environment())
        .withText("auxv", () -> process.addressSpace().program().auxiliaryVector())
        .withText("comm", () -> Text.line(ProcessText.name(process, tid)))
        .withText("maps", () -> ProcessText.maps(process))
        .withText("smaps", () -> ProcessText.maps(process))
        .withText("stat", () -> ProcessText.stat(process, tid))
        .withText("statm", () -> ProcessText.statm(process))
        .withText("status", () -> ProcessText.status(process, tid))
        .withText("limits", () -> ProcessText.limits(process))
        .withText("mounts", () -> Text.line("capvm / capvm ro 0 0"))
        .withText("mountinfo", () -> Text.line("1 1 0:1 / / ro - capvm capvm ro"))
        .withText("cgroup", () -> Text.line("0::/"))
        .withText("oom_score", () -> Text.line(0))
        .withText("oom_score_adj", () -> Text.line(0))
        .withText("loginuid", () -> Text.bytes("4294967295"));
  }

  /** /proc/PID/task. */
  private static final class TaskFolders extends SyntheticFolder {
    private final Process process;

    TaskFolders(Folder parent, String name, Process process) {
      super(parent, name);
      this.process = process;
    }

    @Override
    protected Entry entry(String name) {
      for (Task task : process.tasks()) {
        if (name.equals(Integer.toString(task.tid()))) {
          return new Entry.Directory(
              (p, n) -> {
                SyntheticFolder folder = new SyntheticFolder(p, n);
                addTextsTo(folder, process, task.tid());
                return folder;
              });
        }
      }
      return null;
    }

    @Override
    protected List<String> names() {
      return process.tasks().stream().map(task -> Integer.toString(task.tid())).toList();
    }
  }
}
