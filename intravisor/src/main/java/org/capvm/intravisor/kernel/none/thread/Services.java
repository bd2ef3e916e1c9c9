package org.capvm.intravisor.kernel.none.thread;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.capvm.intravisor.ipc.CallArguments;
import org.capvm.intravisor.ipc.CallBuffer;
import org.capvm.intravisor.ipc.Deadlines;
import org.capvm.intravisor.ipc.IpcException;
import org.capvm.intravisor.ipc.IpcException.Kind;
import org.capvm.intravisor.ipc.Participant;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/**
 * The service threads of a cVM. They count as its threads; between calls they stay, until their
 * places are needed. A call that finds none is an error, since waiting for one could wait for
 * itself. Nobody may have more of them at a time than it leaves to others, so that one caller, or a
 * few together, cannot take them all.
 */
final class Services implements Deadlines.Source {
  private static final int A1 = 11;
  private static final int A2 = 12;
  private static final int A3 = 13;
  private static final int A4 = 14;
  private static final int A5 = 15;

  private static final ServiceThread[] NONE = {};

  private final BareThreads threads;

  /** Replaced under the lock of the cVM. */
  private volatile ServiceThread[] all = NONE;

  Services(BareThreads threads) {
    this.threads = threads;
  }

  int count() {
    return all.length;
  }

  /** Whether any carries out a call. */
  boolean areBusy() {
    for (ServiceThread service : all) {
      if (service.isBusy()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A thread whose hart is ready to run a function.
   *
   * @param registers what else the function finds in them
   */
  ServiceThread take(ServedFunction function, CallArguments arguments, Consumer<Hart> registers)
      throws IpcException {
    if (arguments.buffer().size() > threads.harts().largestBuffer()) {
      throw new IpcException(
          Kind.TOO_LARGE,
          "a buffer has %d bytes at most".formatted(threads.harts().largestBuffer()));
    }
    requireShare(arguments.caller(), 0);
    ServiceThread service = take(function);
    boolean ready = false;
    try {
      requireShare(arguments.caller(), 1);
      if (threads.isEnding()) {
        throw new IpcException(Kind.GONE, "the cVM of the function ends");
      }
      prepare(service, function, arguments);
      registers.accept(service.hart());
      ready = true;
      return service;
    } finally {
      if (!ready) {
        release(service);
      }
    }
  }

  /**
   * That a caller may have one more. Looked at before and after taking it, so that who has enough
   * takes none away meanwhile, and of several that take at once none is overlooked. Nothing is
   * counted while there are fewer threads than anybody may have.
   *
   * @param taking how many of those that are busy are the caller's new one
   */
  private void requireShare(Participant caller, int taking) throws IpcException {
    int places = threads.placesForServices();
    ServiceThread[] services = all;
    if (services.length * 2 < places) {
      return;
    }
    int taken = -taking;
    int others = 0;
    for (ServiceThread service : services) {
      if (service.isBusy()) {
        taken++;
        // One that has not begun yet may be anybody's.
        Activation call = service.incoming();
        if (call != null && call.arguments().caller() != caller) {
          others++;
        }
      }
    }
    if (taken - others >= places - taken && !threads.isEnding()) {
      throw new IpcException(Kind.WOULD_BLOCK, "the other threads of the callee are for others");
    }
  }

  private ServiceThread take(ServedFunction function) throws IpcException {
    for (ServiceThread service : all) {
      if (service.last() == function && service.tryTake()) {
        return service;
      }
    }
    ServiceThread made = threads.newService();
    if (made != null) {
      return made;
    }
    if (threads.isEnding()) {
      throw new IpcException(Kind.GONE, "the cVM of the function ends");
    }
    for (ServiceThread service : all) {
      if (service.tryTake()) {
        return service;
      }
    }
    throw new IpcException(Kind.WOULD_BLOCK, "all threads of the callee are busy");
  }

  /** Adds one that is busy, the lock held. */
  void add(ServiceThread service) {
    ServiceThread[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = service;
    all = more;
  }

  /** Takes one out that is not busy, the lock held; null when there is none. */
  ServiceThread removeIdle() {
    for (ServiceThread service : all) {
      if (service.tryTake()) {
        List<ServiceThread> others = new ArrayList<>(Arrays.asList(all));
        others.remove(service);
        all = others.toArray(NONE);
        return service;
      }
    }
    return null;
  }

  private void prepare(ServiceThread service, ServedFunction function, CallArguments arguments) {
    Hart h = service.hart();
    Harts harts = threads.harts();
    if (service.last() != function) {
      // Its frames may hold capabilities that this one does not have.
      harts.discardStack(threads.place(service));
      harts.prepareStack(threads.place(service));
      service.setLast(function);
    }
    function.entry().apply(h);
    long size = arguments.buffer().size();
    Capability room = harts.setServiceStack(h, threads.place(service), size);
    service.setBuffer(room);
    if (size > 0) {
      copy(arguments.buffer(), room);
    }
    setArguments(h, arguments, room);
  }

  private void copy(CallBuffer from, Capability room) {
    Window window = threads.harts().window();
    window.write(room.address(), from.contents());
    long rest = room.top() - room.address() - from.size();
    if (rest > 0) {
      window.write(
          room.address() + from.size(), MemorySegment.ofArray(new byte[Math.toIntExact(rest)]));
    }
  }

  private static void setArguments(Hart h, CallArguments arguments, Capability room) {
    CapabilityRegisters registers = h.capabilities;
    if (registers == null) {
      h.x14 = room.address();
    } else {
      registers.set(A4, room);
    }
    h.x(A1, arguments.first());
    h.x(A2, arguments.second());
    h.x(A3, arguments.third());
    h.x(A5, arguments.buffer().size());
  }

  /** Gives the caller what the function has made of its copy. */
  void reply(ServiceThread service) {
    CallBuffer buffer = service.incoming().arguments().buffer();
    if (buffer.size() > 0) {
      Window window = threads.harts().window();
      buffer.reply(window.segment(service.buffer().address(), buffer.size()));
    }
  }

  /** A thread carries out no call any more. */
  void release(ServiceThread service) {
    long time = service.detach();
    if (time != 0) {
      threads.addCpuTime(time);
    }
    service.free();
    if (threads.isEnding()) {
      threads.serviceLeft();
    }
  }

  /** No call will be made any more: gives back what the threads have. */
  void close() {
    for (ServiceThread service : all) {
      service.leave();
    }
  }

  @Override
  public long expire(long now) {
    long earliest = Deadlines.NEVER;
    for (ServiceThread service : all) {
      Activation call = service.incoming();
      if (call != null && call.deadline() <= now) {
        call.leave(Kind.TIMED_OUT);
      } else if (call != null) {
        earliest = Math.min(earliest, call.deadline());
      }
    }
    return earliest;
  }
}
