package org.capvm.intravisor.kernel.host.ipc;

import java.util.List;
import java.util.Optional;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.FileHandle;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;

/** /dev/cvm/files: shared buffers. */
final class BufferFolder extends IpcFolder {
  private static final int STATUS_BLOCK = 512;

  BufferFolder(Folder parent, String name, IpcNamespace names, Participant cvm) {
    super(parent, name, names, cvm);
  }

  @Override
  Optional<FileStatus> find(String entry) {
    CpFile file;
    try {
      file = objects().file(entry);
    } catch (IpcException e) {
      return Optional.empty();
    }
    FileStatus status = new FileStatus();
    status.mode = mode(FileStatus.REGULAR, file.mayRead(cvm()), file.mayWrite(cvm()));
    status.inode = file.number();
    status.size = file.size();
    status.blocks = (file.size() + STATUS_BLOCK - 1) / STATUS_BLOCK;
    return Optional.of(status);
  }

  @Override
  List<String> all() {
    return objects().files().stream().map(CpFile::name).toList();
  }

  @Override
  OpenFile open(String entry, int flags, FileStatus status) throws IpcException {
    CpFile file = objects().file(entry);
    boolean writes = (flags & OpenFlags.ACCESS_MODE) != OpenFlags.READ_ONLY;
    FileHandle handle = file.openForKernel(cvm(), writes);
    int kept = flags & (OpenFlags.ACCESS_MODE | OpenFlags.APPEND | OpenFlags.NONBLOCK);
    return new BufferFile(kept, child(entry), handle, status, !file.mayWrite(cvm()));
  }
}
