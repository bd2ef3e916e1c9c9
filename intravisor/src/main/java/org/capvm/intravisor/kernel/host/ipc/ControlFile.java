package org.capvm.intravisor.kernel.host.ipc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.file.OpenFlags;

/**
 * Makes buffers and takes them away. A write is one request: {@code publish NAME READERS WRITERS},
 * a newline and the contents; {@code revoke NAME}, or {@code revoke NAME CVM}. Lists are names of
 * cVMs with commas between them, {@code *} for all or {@code -} for none.
 */
final class ControlFile extends OpenFile {
  /** Bytes of a request without contents. */
  private static final int LONGEST_LINE = 4096;

  private final String name;
  private final IpcNamespace names;
  private final Participant cvm;

  ControlFile(int flags, String name, IpcNamespace names, Participant cvm) {
    super(flags & (OpenFlags.ACCESS_MODE | OpenFlags.PATH | CHANGEABLE_FLAGS));
    this.name = name;
    this.names = names;
    this.cvm = cvm;
  }

  /** The words of a line. */
  static String[] words(byte[] line) {
    return new String(line, StandardCharsets.ISO_8859_1).strip().split(" ");
  }

  static AccessList access(String readers, String writers) {
    return new AccessList(list(readers), list(writers));
  }

  private static Set<String> list(String cvms) {
    return cvms.equals("-") ? Set.of() : new HashSet<>(Arrays.asList(cvms.split(",")));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long write(MemorySegment from) {
    return writev(new MemorySegment[] {from});
  }

  /** The contents may be a part of their own. */
  @Override
  public long writev(MemorySegment[] from) {
    long size = Messages.size(from);
    if (from.length == 0 || from.length > 2) {
      return Errno.EINVAL;
    }
    MemorySegment first = from[0];
    byte[] start =
        first.asSlice(0, Math.min(first.byteSize(), LONGEST_LINE)).toArray(ValueLayout.JAVA_BYTE);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n');
    if (end < 0 || from.length == 2 && end + 1 < first.byteSize()) {
      return Errno.EINVAL;
    }
    MemorySegment contents = from.length == 2 ? from[1] : first.asSlice(end + 1);
    try {
      carryOut(text.substring(0, end).split(" "), contents);
      return size;
    } catch (IpcException e) {
      return Messages.error(e);
    }
  }

  private void carryOut(String[] words, MemorySegment contents) throws IpcException {
    if (words.length == 4 && words[0].equals("publish")) {
      names.publish(words[1], cvm, access(words[2], words[3]), contents.byteSize(), contents);
    } else if (words[0].equals("revoke")
        && (words.length == 2 || words.length == 3)
        && contents.byteSize() == 0) {
      CpFile file = names.file(words[1]);
      if (file.owner() != cvm) {
        throw new IpcException(Kind.DENIED, "only the owner revokes");
      }
      if (words.length == 2) {
        file.close();
      } else {
        file.revoke(words[2]);
      }
    } else {
      throw new IpcException(Kind.INVALID, "no request");
    }
  }

  @Override
  public long status(FileStatus status) {
    status.mode = FileStatus.CHARACTER_DEVICE | 0222;
    status.inode = 1;
    return 0;
  }
}
