package org.capvm.intravisor.kernel.host.file;

import java.lang.foreign.MemorySegment;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.Host;
import org.capvm.intravisor.kernel.host.os.HostFiles;

/** A file of the host behind a host descriptor of its own. */
public final class HostFile extends DescriptorFile {
  private final String name;
  private final boolean mayBlock;
  private final Folder folder;
  private final boolean changeable;

  /**
   * @param descriptor owned by this file; in non-blocking mode when the file may block
   * @param name what the guest calls it
   * @param mayBlock see {@link OpenFile#mayBlock}
   * @param folder for a directory, where paths relative to it start: a reference that this file
   *     takes over; otherwise null
   * @param changeable whether mode, owner and times may be changed, as far as the host lets us
   */
  public HostFile(
      int descriptor, int flags, String name, boolean mayBlock, Folder folder, boolean changeable) {
    super(descriptor, flags);
    this.name = name;
    this.mayBlock = mayBlock;
    this.folder = folder;
    this.changeable = changeable;
  }

  @Override
  protected void close() {
    super.close();
    if (folder != null) {
      folder.release();
    }
  }

  @Override
  public Folder folder() {
    return folder;
  }

  @Override
  public boolean mayBlock() {
    return mayBlock;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long setFlags(int changed) {
    if (!mayBlock && ((flags() ^ changed) & OpenFlags.APPEND) != 0) {
      long error = Host.control(descriptor, Host.F_SETFL, changed & OpenFlags.APPEND);
      if (error < 0) {
        return error;
      }
    }
    return super.setFlags(changed);
  }

  @Override
  public long read(MemorySegment to) {
    return Host.read(descriptor, to);
  }

  @Override
  public long write(MemorySegment from) {
    return Host.write(descriptor, from);
  }

  @Override
  public long readv(MemorySegment[] to) {
    return Host.vector(false, descriptor, to);
  }

  @Override
  public long writev(MemorySegment[] from) {
    return Host.vector(true, descriptor, from);
  }

  @Override
  public long pread(MemorySegment to, long offset) {
    return Host.pread(descriptor, to, offset);
  }

  @Override
  public long pwrite(MemorySegment from, long offset) {
    return Host.pwrite(descriptor, from, offset);
  }

  @Override
  public long seek(long offset, int whence) {
    return Host.seek(descriptor, offset, whence);
  }

  @Override
  public long status(FileStatus status) {
    return HostStatus.read(descriptor, "", status);
  }

  @Override
  public long readDirectory(MemorySegment to) {
    return Host.readFolder(descriptor, to);
  }

  @Override
  public long truncate(long length) {
    return Host.truncate(descriptor, length);
  }

  @Override
  public long synchronize(boolean dataOnly) {
    return Host.synchronize(descriptor, dataOnly);
  }

  @Override
  public long changeMode(int mode) {
    return changeable ? HostFiles.changeMode(descriptor, mode) : Errno.EROFS;
  }

  @Override
  public long changeOwner(int user, int group) {
    return changeable ? HostFiles.changeOwner(descriptor, "", user, group) : Errno.EROFS;
  }

  @Override
  public long changeTimes(MemorySegment times) {
    return changeable ? HostFiles.changeTimes(descriptor, null, times) : Errno.EROFS;
  }
}
