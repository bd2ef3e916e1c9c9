package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.EventFile;
import org.capvm.intravisor.kernel.host.file.FileContext;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.os.HostEvents;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;

/**
 * inotify on the host's inotify. What is watched is what the guest's path leads to; events name
 * nothing but entries of a watched folder.
 */
final class WatchCalls {
  private static final int FLAGS = OpenFlags.CLOSE_ON_EXEC | OpenFlags.NONBLOCK;

  private WatchCalls() {}

  static void addTo(SystemCallTable table) {
    table.add(26, "inotify_init1", WatchCalls::create, Argument.HEX);
    table.add(27, "inotify_add_watch", WatchCalls::add, Argument.FD, Argument.PATH, Argument.HEX);
    table.add(28, "inotify_rm_watch", WatchCalls::remove, Argument.FD, Argument.INT);
  }

  private static long create(Task task, long flags) {
    return (flags & ~FLAGS) != 0
        ? Errno.EINVAL
        : EventCalls.add(task, HostEvents.watcher(), flags, EventFile.Kind.WATCHER);
  }

  private static boolean isWatcher(OpenFile file) {
    return file instanceof EventFile f && f.kind() == EventFile.Kind.WATCHER;
  }

  private static long add(Task task, long watcher, long path, long mask) {
    boolean follow = (mask & HostEvents.WATCH_LINK) == 0;
    return task.process()
        .descriptors()
        .with(
            watcher,
            file ->
                isWatcher(file)
                    ? Paths.with(
                        task,
                        FileContext.AT_FDCWD,
                        path,
                        follow,
                        (folder, name) -> folder.watch(name, file.hostDescriptor(), (int) mask))
                    : Errno.EINVAL);
  }

  private static long remove(Task task, long watcher, long watch) {
    return task.process()
        .descriptors()
        .with(
            watcher,
            file ->
                isWatcher(file)
                    ? HostEvents.removeWatch(file.hostDescriptor(), (int) watch)
                    : Errno.EINVAL);
  }
}
