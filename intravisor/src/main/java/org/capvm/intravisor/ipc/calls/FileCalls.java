package org.capvm.intravisor.ipc.calls;

import static org.capvm.intravisor.hostcall.Argument.BYTES_IN;
import static org.capvm.intravisor.hostcall.Argument.CVMS;
import static org.capvm.intravisor.hostcall.Argument.FLAG;
import static org.capvm.intravisor.hostcall.Argument.INTEGER;
import static org.capvm.intravisor.hostcall.Argument.LENGTH;
import static org.capvm.intravisor.hostcall.Argument.NANOSECONDS;
import static org.capvm.intravisor.hostcall.Argument.SLOT;
import static org.capvm.intravisor.hostcall.Argument.Thing.BUFFER;
import static org.capvm.intravisor.hostcall.Argument.WORD;
import static org.capvm.intravisor.hostcall.Argument.name;
import static org.capvm.intravisor.hostcall.Argument.newName;
import static org.capvm.intravisor.hostcall.Argument.outOrNull;
import static org.capvm.intravisor.ipc.calls.Results.A0;
import static org.capvm.intravisor.ipc.calls.Results.A1;
import static org.capvm.intravisor.ipc.calls.Results.A2;
import static org.capvm.intravisor.ipc.calls.Results.A3;
import static org.capvm.intravisor.ipc.calls.Results.A4;
import static org.capvm.intravisor.ipc.calls.Results.call;
import static org.capvm.intravisor.ipc.calls.Results.name;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.capvm.intravisor.hostcall.CallerPointer;
import org.capvm.intravisor.hostcall.Hostcall;
import org.capvm.intravisor.ipc.AccessList;
import org.capvm.intravisor.ipc.CpFile;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.hart.Hart;

/**
 * The hostcalls of CP_File. 405 and 406 are the original's; the others are ours. A key is a text of
 * 1 to 63 ASCII characters with a NUL behind it.
 */
public final class FileCalls {
  private final IpcNamespace names;
  private final Participant caller;

  /**
   * @param caller the cVM whose harts make the calls
   */
  public FileCalls(IpcNamespace names, Participant caller) {
    this.names = names;
    this.caller = caller;
  }

  /** The calls of one cVM. */
  public List<Hostcall> all() {
    return List.of(
        call(405, "cap_file_adv", this::advertise, BYTES_IN, LENGTH, newName(BUFFER)),
        call(406, "cap_file_prb", this::probe, name(BUFFER), SLOT, outOrNull(Long.BYTES)),
        call(420, "cp_file_publish", this::publish, BYTES_IN, LENGTH, newName(BUFFER), CVMS, CVMS),
        call(421, "cp_file_open", this::open, name(BUFFER), SLOT, outOrNull(Long.BYTES), FLAG),
        call(422, "cp_file_close", this::close, name(BUFFER)),
        call(423, "cp_file_revoke", this::revoke, name(BUFFER), CVMS),
        call(424, "cp_file_size", this::size, name(BUFFER)),
        call(425, "cp_file_wait", this::await, WORD, INTEGER, NANOSECONDS),
        call(426, "cp_file_wake", this::wake, WORD, INTEGER));
  }

  /**
   * a0: address, a1: bytes, a2: key. Makes a buffer with a copy of the caller's bytes, which every
   * cVM may open, as the original has it. The caller opens it, too; its own bytes stay its own.
   */
  private long advertise(Hart h) throws IpcException {
    return publish(h, AccessList.OPEN);
  }

  /**
   * As cap_file_adv, with a3: names of readers, a4: names of writers, separated by commas; {@code
   * *} is everyone, and 0 nobody.
   */
  private long publish(Hart h) throws IpcException {
    return publish(h, new AccessList(Results.cvms(h, A3), Results.cvms(h, A4)));
  }

  private long publish(Hart h, AccessList access) throws IpcException {
    String key = name(h, A2);
    long size = h.x11;
    MemorySegment contents = CallerPointer.of(h, A0).readable(size);
    names.publish(key, caller, access, size, contents);
    return 0;
  }

  /**
   * a0: key, a1: where the capability goes, 16 bytes, aligned, a2: where the size goes, 8 bytes, or
   * 0. The capability allows what the access list allows the caller.
   */
  private long probe(Hart h) throws IpcException {
    CpFile file = names.file(name(h, A0));
    return open(h, file, file.mayWrite(caller));
  }

  /** As cap_file_prb, with a3: 0 for reading, 1 for reading and writing. */
  private long open(Hart h) throws IpcException {
    CpFile file = names.file(name(h, A0));
    if (h.x13 != 0 && h.x13 != 1) {
      throw new IpcException(Kind.INVALID, "neither 0 nor 1");
    }
    return open(h, file, h.x13 == 1);
  }

  private long open(Hart h, CpFile file, boolean writable) throws IpcException {
    CallerPointer location = CallerPointer.of(h, A1);
    CallerPointer size = CallerPointer.of(h, A2);
    boolean sized = h.x12 != 0;
    location.requireCapabilityWritable();
    if (sized) {
      size.requireWritable(Long.BYTES);
    }
    Capability granted = file.open(caller, writable).capability();
    location.writeCapability(granted);
    if (sized) {
      size.write(MemorySegment.ofArray(new long[] {file.size()}));
    }
    return 0;
  }

  /** a0: key. Gives back what the caller has of it, which it may open again. */
  private long close(Hart h) throws IpcException {
    names.file(name(h, A0)).release(caller);
    return 0;
  }

  /**
   * a0: key, a1: name of a cVM, or 0. The owner takes it away from that cVM for ever, or from all
   * and removes it. When the call returns, nobody of them reaches the contents.
   */
  private long revoke(Hart h) throws IpcException {
    CpFile file = names.file(name(h, A0));
    String from = h.x11 == 0 ? null : name(h, A1);
    if (file.owner() != caller) {
      throw new IpcException(Kind.DENIED, "only the owner revokes");
    }
    if (from == null) {
      file.close();
    } else {
      file.revoke(from);
    }
    return 0;
  }

  /** a0: key. Returns its size in bytes. */
  private long size(Hart h) throws IpcException {
    CpFile file = names.file(name(h, A0));
    file.requireReadable(caller);
    return file.size();
  }

  /**
   * ca0: a capability to an aligned word of 4 bytes, in either mode, a1: its value, a2: nanoseconds
   * at most, or -1. Waits while it has the value; EAGAIN when it has another.
   */
  private long await(Hart h) throws IpcException {
    IpcNamespace.Word word = word(h);
    boolean waited = word.file().await(caller, word.offset(), (int) h.x11, h.x12);
    return waited ? 0 : Errno.EAGAIN;
  }

  /** ca0: as in cp_file_wait, a1: how many at most. Returns how many were woken. */
  private long wake(Hart h) throws IpcException {
    IpcNamespace.Word word = word(h);
    return word.file().wake(word.offset(), h.x11);
  }

  private IpcNamespace.Word word(Hart h) throws IpcException {
    Capability c = h.capabilities == null ? Capability.NULL : h.capabilities.get(A0);
    boolean readable =
        c.isTagged()
            && !c.isSealed()
            && c.permits(Permissions.LOAD)
            && c.covers(c.address(), Integer.BYTES);
    if (!readable) {
      throw new IpcException(Kind.INVALID, "no capability to a word");
    }
    return names.wordAt(caller, c.address());
  }
}
