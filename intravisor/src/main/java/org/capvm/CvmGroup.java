package org.capvm;

import java.util.Set;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;

/**
 * cVMs that may share buffers, with each other and with Java. A cVM enters by {@link
 * CvmBuilder#group}; cVMs of other groups, and of none, know none of its names.
 *
 * {@snippet :
 * try (CvmGroup group = new CvmGroup();
 *     SharedBuffer table = group.share("table", 4096, Set.of("reader"), Set.of())) {
 *   table.memory().set(ValueLayout.JAVA_INT, 4, 42);
 *   try (CvmProcess reader = new CvmBuilder().bare(true).group(group, "reader").start("reader")) {
 *     reader.waitFor();
 *   }
 * }
 * }
 */
public final class CvmGroup implements AutoCloseable {
  private final IpcNamespace names = new IpcNamespace();
  private final Participant java = new Participant("java", null);

  /**
   * Makes a buffer that every cVM of the group may read and write.
   *
   * @see #share(String, long, Set, Set)
   */
  public SharedBuffer share(String name, long size) {
    return share(name, size, AccessList.OPEN);
  }

  /**
   * Makes a buffer (a CP_File) of zeroes.
   *
   * @param name by which cVMs open it, 1 to 63 characters of ASCII without blanks
   * @param size in bytes, at most 1 GiB; above 4 KiB it may be rounded up, by less than 0.2 %, to
   *     what the bounds of a capability can say
   * @param readers names of cVMs that may read it, or {@code "*"} for all
   * @param writers names of cVMs that may also write it, or {@code "*"} for all
   * @throws IllegalArgumentException when the name is none, or taken, or the size is none
   * @throws IllegalStateException when the group has as many buffers as it may
   * @throws OutOfMemoryError when the host does not have the memory
   */
  public SharedBuffer share(String name, long size, Set<String> readers, Set<String> writers) {
    return share(name, size, new AccessList(readers, writers));
  }

  private SharedBuffer share(String name, long size, AccessList access) {
    try {
      return new SharedBuffer(names.publish(name, java, access, size), java);
    } catch (IpcException e) {
      if (e.kind() == Kind.NO_MEMORY) {
        throw new OutOfMemoryError(e.getMessage());
      }
      throw e.kind() == Kind.TOO_MANY
          ? new IllegalStateException(e.getMessage(), e)
          : new IllegalArgumentException(e.getMessage(), e);
    }
  }

  IpcNamespace names() {
    return names;
  }

  /** Takes all buffers away from everybody, and ends all waits. Its cVMs go on. */
  @Override
  public void close() {
    names.close();
  }
}
