package org.capvm.intravisor.kernel.host.ipc;

import java.util.List;
import java.util.Optional;
import org.capvm.intravisor.ipc.CpCall;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;

/** /dev/cvm/calls: functions of cVMs, each opened for one call at a time. */
final class CallFolder extends IpcFolder {
  CallFolder(Folder parent, String name, IpcNamespace names, Participant cvm) {
    super(parent, name, names, cvm);
  }

  @Override
  Optional<FileStatus> find(String entry) {
    CpCall function;
    try {
      function = objects().function(entry);
    } catch (IpcException e) {
      return Optional.empty();
    }
    boolean calls = function.mayBeCalledBy(cvm());
    FileStatus status = new FileStatus();
    status.mode = mode(FileStatus.CHARACTER_DEVICE, calls, calls);
    status.inode = Integer.toUnsignedLong(entry.hashCode()) + 1;
    return Optional.of(status);
  }

  @Override
  List<String> all() {
    return objects().functions().stream().map(CpCall::name).toList();
  }

  @Override
  OpenFile open(String entry, int flags, FileStatus status) throws IpcException {
    CpCall function = objects().call(entry, cvm());
    ReadinessSocket readiness = ReadinessSocket.create(true, true);
    if (readiness == null) {
      throw new IpcException(Kind.TOO_MANY, "no descriptors are left");
    }
    return new CallFile(flags, child(entry), function, cvm(), status, readiness);
  }
}
