package org.capvm.intravisor.kernel.host.calls;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.Signals;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.FlagNames;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.runtime.hart.Hart;

/**
 * clone and clone3: threads, and the children of vfork and posix_spawn that borrow their parent's
 * memory. A child with memory of its own (fork) is not offered: ENOSYS.
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

  private CloneCalls() {}

  public static void addTo(SystemCallTable table) {
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

  private static long clone3(Task task, long arguments, long size) {
    if (size < CLONE3_SIZE) {
      return Errno.EINVAL;
    }
    if (size > 4096) {
      return Errno.E2BIG;
    }
    GuestMemory memory = task.process().memory();
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

  private static long clone(Task task, Request request) {
    if (request.has(THREAD) && !request.has(SIGHAND)
        || request.has(SIGHAND) && !request.has(VM)
        || request.has(SIGHAND) && request.has(CLEAR_SIGHAND)
        || request.has(PIDFD)) {
      return Errno.EINVAL;
    }
    if (request.has(NAMESPACES)) {
      return Errno.EPERM;
    }
    if (!request.has(VM) || !request.has(THREAD) && !request.has(VFORK)) {
      return Errno.ENOSYS;
    }
    if (!task.process().table().hasRoom()) {
      return Errno.EAGAIN;
    }
    GuestMemory memory = task.process().memory();
    if (request.has(PARENT_SETTID)) {
      memory.writable(request.parentTid(), 4);
    }
    if (request.has(CHILD_SETTID)) {
      memory.writable(request.childTid(), 4);
    }
    return request.has(THREAD) ? thread(task, request) : child(task, request);
  }

  private static long thread(Task task, Request request) {
    Task created = new Task(task.process(), hart(task, request), false, task.signals().blocked());
    return start(task, created, request) ? created.tid() : Errno.EAGAIN;
  }

  /** A process that runs in its parent's memory while the parent waits. */
  private static long child(Task task, Request request) {
    Process child = task.process().borrowingChild();
    child.setExitSignal(request.exitSignal());
    if (request.has(CLEAR_SIGHAND)) {
      child.signals().resetHandlers();
    }
    Task created = new Task(child, hart(task, request), true, task.signals().blocked());
    created.signals().setStack(task.signals().stack());
    if (!start(task, created, request)) {
      task.process().forget(child);
      return Errno.EAGAIN;
    }
    while (!child.parentReleased() && !task.signals().killed()) {
      task.waker().park(Long.MAX_VALUE);
    }
    return child.pid();
  }

  /** The hart of the new task: the caller's registers behind the call, which returns 0. */
  private static Hart hart(Task task, Request request) {
    Hart h = task.process().harts().create(task.process().addressSpace());
    h.copyRegisters(task.hart());
    h.pc += ECALL_LENGTH;
    h.x10 = 0;
    if (request.stack() != 0) {
      h.x2 = request.stack();
    }
    if (request.has(SETTLS)) {
      h.x4 = request.tls();
    }
    return h;
  }

  private static boolean start(Task task, Task created, Request request) {
    GuestMemory memory = task.process().memory();
    if (request.has(PARENT_SETTID)) {
      memory.putInt(request.parentTid(), created.tid());
    }
    if (request.has(CHILD_SETTID)) {
      memory.putInt(request.childTid(), created.tid());
    }
    if (request.has(CHILD_CLEARTID)) {
      created.setClearChildTid(request.childTid());
    }
    try {
      created.start();
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }
}
