package org.capvm.intravisor.kernel.host.ipc;

import java.util.List;
import java.util.Optional;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.ipc.StreamListener;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;

/**
 * /dev/cvm/streams: names to which streams are connected. The cVM that listens reads, which accepts
 * a stream; others, and itself, write, which connects. Opened for both, it accepts where it
 * listens, and connects elsewhere.
 */
final class StreamFolder extends IpcFolder {
  StreamFolder(Folder parent, String name, IpcNamespace names, Participant cvm) {
    super(parent, name, names, cvm);
  }

  private boolean accepts(StreamListener listener) {
    return listener.owner() == cvm();
  }

  @Override
  Optional<FileStatus> find(String entry) {
    StreamListener listener;
    try {
      listener = objects().listener(entry);
    } catch (IpcException e) {
      return Optional.empty();
    }
    boolean connects = listener.mayConnect(cvm());
    FileStatus status = new FileStatus();
    status.mode = mode(FileStatus.CHARACTER_DEVICE, connects, connects);
    status.inode = Integer.toUnsignedLong(entry.hashCode()) + 1;
    return Optional.of(status);
  }

  @Override
  List<String> all() {
    return objects().listeners().stream().map(StreamListener::name).toList();
  }

  @Override
  OpenFile open(String entry, int flags, FileStatus status) throws IpcException {
    StreamListener listener = objects().listener(entry);
    int access = flags & OpenFlags.ACCESS_MODE;
    boolean reads = access != OpenFlags.WRITE_ONLY;
    boolean writes = access != OpenFlags.READ_ONLY;
    if (!writes && !accepts(listener)) {
      throw new IpcException(Kind.DENIED, "'" + cvm().name() + "' does not listen");
    }
    ReadinessSocket readiness = ReadinessSocket.create(reads, writes);
    if (readiness == null) {
      throw new IpcException(Kind.TOO_MANY, "no descriptors are left");
    }
    int kept = access | flags & OpenFlags.NONBLOCK;
    boolean accepting = reads && accepts(listener);
    StreamFile file =
        new StreamFile(kept, child(entry), status, readiness, accepting ? listener : null);
    boolean begun = false;
    try {
      if (accepting) {
        file.listen();
      } else {
        file.begin(objects().connect(entry, cvm()));
      }
      begun = true;
      return file;
    } finally {
      if (!begun) {
        file.release();
      }
    }
  }
}
