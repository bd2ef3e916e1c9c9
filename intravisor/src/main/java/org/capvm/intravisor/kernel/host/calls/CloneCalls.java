package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.AddressSpaces;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.FlagNames;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.Hart;

/**
 * clone and clone3: threads, the children of vfork and posix_spawn that borrow their parent's
 * memory, and those of fork that get a copy of it.
 */
public final class CloneCalls {
  private static final long VM = 0x100;
  private static final long SIGHAND = 0x800;
  private static final long PIDFD = 0x1000;
  private static final long VFORK = 0x4000;
  private static final long THREAD = 0x10000;
  private static final long SETTLS = 0x80000;
  private static final long PARENT_SETTID = 0x100000;
  private static final long CHILD_CLEARTID = 0x200000;
  private static final long CHILD_SETTID = 0x1000000;
  private static final long CLEAR_SIGHAND = 0x100000000L;

  /** All namespace flags: new ones need privileges that no guest has. */
  private static final long NAMESPACES = 0x7e020000L;

  private static final long EXIT_SIGNAL = 0xff;
  private static final int ECALL_LENGTH = 4;

  private static final int SP = 2;
  private static final int TP = 4;
  private static final int RESULT = 10;
  private static final int STACK_ARGUMENT = 11;
  private static final int TLS_ARGUMENT = 13;

  /** Smallest struct clone_args, as of its first version. */
  private static final int CLONE3_SIZE = 64;

  private static final FlagNames FLAGS =
      new FlagNames("0")
          .with(VM, "CLONE_VM")
          .with(0x200, "CLONE_FS")
          .with(0x400, "CLONE_FILES")
          .with(SIGHAND, "CLONE_SIGHAND")
          .with(VFORK, "CLONE_VFORK")
          .with(THREAD, "CLONE_THREAD")
          .with(0x40000, "CLONE_SYSVSEM")
          .with(SETTLS, "CLONE_SETTLS")
          .with(PARENT_SETTID, "CLONE_PARENT_SETTID")
          .with(CHILD_CLEARTID, "CLONE_CHILD_CLEARTID")
          .with(CHILD_SETTID, "CLONE_CHILD_SETTID")
          .with(Signals.SIGCHLD, "SIGCHLD");

  /** What both calls ask for; {@code stack} is the new stack pointer, 0 to keep the caller's. */
  private record Request(
      long flags, int exitSignal, long stack, long parentTid, long tls, long childTid) {
    boolean has(long flag) {
      return (flags & flag) != 0;
    }
  }

  private final AddressSpaces addressSpaces;

  /**
   * @param addressSpaces makes an empty address space
   */
  public CloneCalls(AddressSpaces addressSpaces) {
    this.addressSpaces = addressSpaces;
  }

  void addTo(SystemCallTable table) {
    table.addComplete(
        220,
        "clone",
        (t, flags, stack, parentTid, tls, childTid, f) ->
            clone(
                t,
                new Request(
                    flags & ~EXIT_SIGNAL & 0xffffffffL,
                    (int) (flags & EXIT_SIGNAL),
                    stack,
                    parentTid,
                    tls,
                    childTid)),
        Argument.flags(FLAGS),
        Argument.ADDRESS,
        Argument.ADDRESS,
        Argument.ADDRESS,
        Argument.ADDRESS);
    table.addComplete(
        435,
        "clone3",
        (t, arguments, size, c, d, e, f) -> clone3(t, arguments, size),
        Argument.ADDRESS,
        Argument.LONG);
  }

  private long clone3(Task task, long arguments, long size) {
    if (size < CLONE3_SIZE) {
      return Errno.EINVAL;
    }
    if (size > 4096) {
      return Errno.E2BIG;
    }
    GuestMemory memory = task.memory();
    long flags = memory.getLong(arguments);
    for (long i = CLONE3_SIZE; i + 8 <= size; i += 8) {
      if (memory.getLong(arguments + i) != 0) {
        return Errno.EINVAL;
      }
    }
    long stack = memory.getLong(arguments + 40);
    long stackSize = memory.getLong(arguments + 48);
    long exitSignal = memory.getLong(arguments + 32);
    if ((stack == 0) != (stackSize == 0)
        || (flags & EXIT_SIGNAL) != 0
        || exitSignal < 0
        || exitSignal > Signals.COUNT) {
      return Errno.EINVAL;
    }
    return clone(
        task,
        new Request(
            flags,
            (int) exitSignal,
            stack + stackSize,
            memory.getLong(arguments + 24),
            memory.getLong(arguments + 56),
            memory.getLong(arguments + 16)));
  }

  private long clone(Task task, Request request) {
    if (request.has(THREAD) && !request.has(SIGHAND)
        || request.has(SIGHAND) && !request.has(VM)
        || request.has(SIGHAND) && request.has(CLEAR_SIGHAND)
        || request.has(PIDFD)) {
      return Errno.EINVAL;
    }
    if (request.has(NAMESPACES)) {
      return Errno.EPERM;
    }
    if (request.has(VM) && !request.has(THREAD) && !request.has(VFORK)) {
      // Two processes that run in one memory at the same time.
      return Errno.ENOSYS;
    }
    if (!task.process().table().hasRoom()) {
      return Errno.EAGAIN;
    }
    GuestMemory memory = task.memory();
    if (request.has(PARENT_SETTID)) {
      memory.requireWritable(request.parentTid(), 4);
    }
    if (request.has(CHILD_SETTID)) {
      memory.requireWritable(request.childTid(), 4);
    }
    if (request.has(THREAD)) {
      return thread(task, request);
    }
    AddressSpace space;
    try {
      space = request.has(VM) ? task.process().addressSpace().share() : copy(task);
    } catch (OutOfMemoryError e) {
      space = null;
    }
    return space == null ? Errno.ENOMEM : child(task, space, request);
  }

  private static long thread(Task task, Request request) {
    Hart hart = hart(task, task.process().addressSpace(), request);
    Task created = new Task(task.process(), hart, false, task.signals().blocked());
    return start(task, created, request) ? created.tid() : Errno.EAGAIN;
  }

  /** A copy of the caller's memory, or null when the host has no room. */
  private AddressSpace copy(Task task) {
    boolean tagged = task.process().addressSpace().window().tags() != null;
    AddressSpace space = addressSpaces.create(tagged);
    if (task.process().addressSpace().copyTo(space) != 0) {
      space.leave();
      return null;
    }
    return space;
  }

  /**
   * Makes a process.
   *
   * @param space its parent's, or a copy of it
   */
  private static long child(Task task, AddressSpace space, Request request) {
    Process child = task.process().child(space);
    child.setExitSignal(request.exitSignal());
    if (request.has(CLEAR_SIGHAND)) {
      child.signals().resetHandlers();
    }
    Task created = new Task(child, hart(task, space, request), true, task.signals().blocked());
    created.setName(task.name());
    created.signals().setStack(task.signals().stack());
    if (!start(task, created, request)) {
      task.process().forget(child);
      return Errno.EAGAIN;
    }
    while (request.has(VFORK) && !child.parentReleased() && !task.signals().killed()) {
      task.waker().park(Long.MAX_VALUE);
    }
    return child.pid();
  }

  /** The hart of the new task: the caller's registers behind the call, which returns 0. */
  private static Hart hart(Task task, AddressSpace space, Request request) {
    Hart h = task.process().harts().create(space);
    h.copyRegisters(task.hart());
    h.pc += ECALL_LENGTH;
    h.x10 = 0;
    if (request.stack() != 0) {
      h.x2 = request.stack();
      h.exactCall = null; // It returns on the stack of its parent.
    }
    if (request.has(SETTLS)) {
      h.x4 = request.tls();
    }
    if (task.hart().capabilities != null) {
      copyCapabilities(task.hart(), h, request);
    }
    return h;
  }

  /**
   * The capability registers: in capability mode the new stack and thread pointer are arguments.
   */
  private static void copyCapabilities(Hart from, Hart to, Request request) {
    long pc = to.pc;
    to.window.tags().setShared(true);
    to.capabilities = from.capabilities.copyTo(to);
    to.pc = pc;
    to.capabilities.setInteger(RESULT, 0);
    boolean capabilityMode = from.capabilities.pccBounds().isCapabilityMode();
    if (request.stack() != 0) {
      to.capabilities.set(
          SP, capabilityMode ? from.capabilities.get(STACK_ARGUMENT) : integer(request.stack()));
    }
    if (request.has(SETTLS)) {
      to.capabilities.set(
          TP, capabilityMode ? from.capabilities.get(TLS_ARGUMENT) : integer(request.tls()));
    }
  }

  private static Capability integer(long value) {
    return Capability.integer(value);
  }

  private static boolean start(Task task, Task created, Request request) {
    GuestMemory memory = task.memory();
    if (request.has(PARENT_SETTID)) {
      memory.putInt(request.parentTid(), created.tid());
    }
    if (request.has(CHILD_SETTID)) {
      long place = memory.laterWritten(request.childTid(), Integer.BYTES);
      created.process().memory().putInt(place, created.tid());
    }
    if (request.has(CHILD_CLEARTID)) {
      created.setClearChildTid(memory.laterWritten(request.childTid(), Integer.BYTES));
    }
    try {
      created.start();
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }
}
