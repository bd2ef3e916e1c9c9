package org.capvm.intravisor.kernel.host.memory;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileKey;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.SharedPages;
import org.capvm.intravisor.kernel.host.futex.FutexTable;

/**
 * What the address spaces of a cVM have in common: shared pages, and who waits for words of them.
 */
public final class SharedMemory {
  private final Map<FileKey, SharedObject> files = new HashMap<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private final FutexTable futexes = new FutexTable();

  /** A number that no other object or address space of the cVM has. */
  long newId() {
    return nextId.getAndIncrement();
  }

  FutexTable futexes() {
    return futexes;
  }

  /** An object of its own for anonymous pages; null when the host has no room. */
  SharedObject anonymous() {
    SharedObject[] self = new SharedObject[1];
    self[0] = SharedObject.create(newId(), () -> self[0].close());
    return self[0];
  }

  /** A use of a file's object while nobody can take the object away. */
  @FunctionalInterface
  interface Use {
    long apply(SharedPages pages);
  }

  /**
   * Uses the pages of a file, or the one object that holds copies of them, which is made when
   * nothing shows the file yet.
   *
   * @param object receives the object
   * @return what the use says, or ENOMEM
   */
  long with(OpenFile file, SharedPages[] object, Use use) {
    object[0] = file.sharedPages();
    if (object[0] != null) {
      return use.apply(object[0]);
    }
    FileStatus status = new FileStatus();
    long error = file.status(status);
    if (error != 0) {
      return error;
    }
    FileKey key = FileKey.of(status);
    synchronized (files) {
      SharedObject known = files.get(key);
      if (known == null) {
        known = SharedObject.create(newId(), () -> forget(key));
        if (known == null) {
          return Errno.ENOMEM;
        }
        files.put(key, known);
      }
      object[0] = known;
      long result = use.apply(object[0]);
      if (result != 0) {
        forget(key);
      }
      return result;
    }
  }

  private void forget(FileKey key) {
    synchronized (files) {
      SharedObject object = files.get(key);
      if (object != null && object.isUnused()) {
        files.remove(key);
        object.close();
      }
    }
  }
}
