package org.capvm.intravisor.kernel.host.file;

/** What makes files of the host the same one. */
public record FileKey(int deviceMajor, int deviceMinor, long inode) {
  public static FileKey of(FileStatus status) {
    return new FileKey(status.deviceMajor, status.deviceMinor, status.inode);
  }

  /** The key of an open file, or null when the host does not tell. */
  public static FileKey of(OpenFile file) {
    FileStatus status = new FileStatus();
    return file.status(status) == 0 ? of(status) : null;
  }
}
