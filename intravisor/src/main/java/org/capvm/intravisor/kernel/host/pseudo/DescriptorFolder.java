package org.capvm.intravisor.kernel.host.pseudo;

import java.util.List;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder;
import org.capvm.intravisor.kernel.host.process.Process;

/**
 * /proc/PID/fd: links to open files. Following one leads to the open file itself, which need not
 * have a path; opening it shares the open file description and gives no right that it lacks.
 */
final class DescriptorFolder extends SyntheticFolder {
  private final Process process;

  DescriptorFolder(Folder parent, String name, Process process) {
    super(parent, name);
    this.process = process;
  }

  private OpenFile acquire(String entry) {
    return entry.matches("[0-9]{1,9}")
        ? process.descriptors().acquire(Integer.parseInt(entry))
        : null;
  }

  @Override
  protected Entry entry(String name) {
    OpenFile file = acquire(name);
    if (file == null) {
      return null;
    }
    try {
      return new Entry.Link(file.name());
    } finally {
      file.release();
    }
  }

  @Override
  protected List<String> names() {
    return process.descriptors().inUse().stream().map(fd -> Integer.toString(fd)).toList();
  }

  @Override
  public String follow(String entry) {
    return null;
  }

  @Override
  public long status(String entry, FileStatus status) {
    OpenFile file = entry == null ? null : acquire(entry);
    if (file == null) {
      return super.status(entry, status);
    }
    try {
      return file.status(status);
    } finally {
      file.release();
    }
  }

  @Override
  public Opened open(String entry, int flags, int mode) {
    OpenFile file = entry == null ? null : acquire(entry);
    if (file == null) {
      return super.open(entry, flags, mode);
    }
    int access = flags & OpenFlags.ACCESS_MODE;
    boolean reads = access != OpenFlags.WRITE_ONLY;
    boolean writes = access != OpenFlags.READ_ONLY;
    if (reads && !file.isReadable() || writes && !file.isWritable()) {
      file.release();
      return Opened.failed(Errno.EACCES);
    }
    return Opened.of(file);
  }
}
