package org.capvm.testsuite.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.capvm.intravisor.authority.RootCapabilities;
import org.capvm.intravisor.kernel.host.abi.CallMemory;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.calls.CloneCalls;
import org.capvm.intravisor.kernel.host.calls.ExecCalls;
import org.capvm.intravisor.kernel.host.calls.SystemCalls;
import org.capvm.intravisor.kernel.host.file.DescriptorTable;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.ExecutableMappings;
import org.capvm.intravisor.kernel.host.memory.SharedMemory;
import org.capvm.intravisor.kernel.host.process.Credentials;
import org.capvm.intravisor.kernel.host.process.Process;
import org.capvm.intravisor.kernel.host.process.ProcessTable;
import org.capvm.intravisor.kernel.host.process.ResourceLimits;
import org.capvm.intravisor.kernel.host.process.Task;
import org.capvm.intravisor.kernel.host.signal.ProcessSignals;
import org.capvm.intravisor.kernel.host.syscall.Argument;
import org.capvm.intravisor.kernel.host.syscall.Dispatch;
import org.capvm.intravisor.kernel.host.syscall.SystemCall;
import org.capvm.intravisor.kernel.host.syscall.SystemCallTable;
import org.capvm.intravisor.kernel.none.NoKernel;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.Dialect;
import org.capvm.runtime.capability.ObjectType;
import org.capvm.runtime.capability.Permissions;
import org.capvm.runtime.code.CodeMap;
import org.capvm.runtime.hart.CapabilityRegisters;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every pointer of every system call whose size the table knows: without the caller's authority the
 * answer is EFAULT, before anything was done.
 */
class PointerArgumentsTest {
  private static final int A0 = 10;
  private static final int A7 = 17;

  /** Arguments point to places of their own, so far from each other that bounds are exact. */
  private static final long DISTANCE = 0x200;

  private static final long FIRST = 0x2_0000;
  private static final int LENGTH = 64;

  private final Window window = new Window(1 << 20, true);
  private final SystemCallTable table =
      SystemCalls.table(new ExecCalls(null, null), new CloneCalls(null));
  private final Dispatch dispatch = new Dispatch(table, null);
  private final Hart hart = new CodeMap(window).newHart(window, new NoKernel());
  private final ProcessTable processes = new ProcessTable();
  private final Task task =
      new Task(
          new Process(
              processes,
              null,
              null,
              new AddressSpace(window, ExecutableMappings.NONE, new SharedMemory()),
              new DescriptorTable(),
              null,
              new ResourceLimits(),
              new Credentials(1, 1),
              new ProcessSignals()),
          hart,
          true,
          0);

  /** A pointer that must not work. */
  private record Bad(String what, UnaryOperator<Capability> of) {}

  @AfterEach
  void release() {
    processes.close();
    window.close();
  }

  private static List<Bad> badForms(int size, AccessKind kind) {
    int permission = kind == AccessKind.LOAD ? Permissions.LOAD : Permissions.STORE;
    return List.of(
        new Bad("untagged", Capability::untagged),
        new Bad("integer", c -> Capability.integer(c.address())),
        new Bad("sealed", c -> c.withType(42)),
        new Bad("sentry", c -> c.withType(ObjectType.SENTRY)),
        new Bad("one byte short", c -> c.withLength(size - 1)),
        new Bad("moved by a byte", c -> c.withLength(size).withAddress(c.address() + 1)),
        new Bad("below its base", c -> c.withLength(size).withAddress(c.address() - 1)),
        new Bad("without the permission", c -> c.withPermissions(Permissions.ALL & ~permission)));
  }

  private static long place(int argument) {
    return FIRST + argument * DISTANCE;
  }

  private static Capability good(int argument) {
    return RootCapabilities.mapped(Dialect.XCHERI_V9, place(argument), DISTANCE, false);
  }

  private void prepare(boolean capabilityMode, Capability ddc) {
    window.pages().set(Window.LOW, window.size() - Window.LOW, PageTable.MAPPED | 7);
    window.discard(Window.LOW, window.size() - Window.LOW);
    window.tags().store(place(0), Capability.ROOT);
    window.tags().store(place(3), Capability.ROOT);
    Capability code = RootCapabilities.code(Dialect.XCHERI_V9, window.size(), capabilityMode);
    hart.capabilities = new CapabilityRegisters(hart, Dialect.XCHERI_V9, code, ddc);
  }

  /** The size of the memory of an argument, 0 for those whose memory the table does not know. */
  private static int size(Argument argument) {
    return switch (argument) {
      case Argument.Structure s -> s.size();
      case Argument.Buffer _ -> LENGTH;
      default -> 0;
    };
  }

  private static AccessKind kind(Argument argument) {
    Argument.Direction direction =
        argument instanceof Argument.Structure s
            ? s.direction()
            : ((Argument.Buffer) argument).direction();
    return direction == Argument.Direction.IN ? AccessKind.LOAD : AccessKind.STORE;
  }

  /** Arguments with which every pointer is good. */
  private List<Capability> goodArguments(SystemCall call) {
    List<Capability> values = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      boolean pointer = i < call.arguments().size() && size(call.arguments().get(i)) != 0;
      values.add(pointer ? good(i) : Capability.integer(0));
    }
    for (Argument argument : call.arguments()) {
      if (argument instanceof Argument.Buffer b) {
        values.set(b.lengthArgument(), Capability.integer(LENGTH));
      }
    }
    return values;
  }

  /** The same with all pointers to the first place. */
  private static List<Capability> allAtFirst(List<Capability> arguments) {
    arguments.replaceAll(c -> c.isTagged() ? Capability.integer(place(0)) : c);
    return arguments;
  }

  private void assertRefused(SystemCall call, List<Capability> arguments, String what) {
    for (int i = 0; i < arguments.size(); i++) {
      hart.capabilities.set(A0 + i, arguments.get(i));
    }
    hart.capabilities.setInteger(A7, call.number());
    byte[] before = content();
    dispatch.run(task, hart, true);
    assertEquals(Errno.EFAULT, hart.x10, what);
    assertArrayEquals(before, content(), what);
    assertTrue(window.tags().isTagged(place(0)) && window.tags().isTagged(place(3)), what);
  }

  private byte[] content() {
    return window.segment(FIRST, 6 * DISTANCE).toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void pointersAreCapabilitiesInCapabilityMode() {
    int tried = 0;
    for (int number = 0; number < SystemCallTable.LIMIT; number++) {
      SystemCall call = table.get(number);
      for (int i = 0; call != null && i < call.arguments().size(); i++) {
        int size = size(call.arguments().get(i));
        if (size == 0) {
          continue;
        }
        for (Bad bad : badForms(size, kind(call.arguments().get(i)))) {
          prepare(true, Capability.NULL);
          List<Capability> arguments = goodArguments(call);
          arguments.set(i, bad.of().apply(arguments.get(i)));
          assertRefused(call, arguments, call.name() + ", argument " + i + " " + bad.what());
          tried++;
        }
      }
    }
    assertTrue(tried > 500, "tried " + tried);
  }

  @Test
  void pointersAreUnderDdcInIntegerMode() {
    for (int number = 0; number < SystemCallTable.LIMIT; number++) {
      SystemCall call = table.get(number);
      for (int i = 0; call != null && i < call.arguments().size(); i++) {
        int size = size(call.arguments().get(i));
        if (size != 0) {
          AccessKind kind = kind(call.arguments().get(i));
          Capability data = RootCapabilities.data(Dialect.XCHERI_V9, window.size());
          int permission = kind == AccessKind.LOAD ? Permissions.LOAD : Permissions.STORE;
          // This one lies above all others, its last byte out of bounds.
          List<Capability> arguments = allAtFirst(goodArguments(call));
          arguments.set(i, Capability.integer(place(5)));
          Capability ending = data.withAddress(FIRST).withLength(place(5) - FIRST + size - 1);
          Capability without = data.withPermissions(Permissions.ALL & ~permission);
          for (Capability ddc : List.of(data.untagged(), ending, without)) {
            prepare(false, ddc);
            assertRefused(call, arguments, call.name() + ", argument " + i);
          }
        }
      }
    }
  }

  /** What is refused above is refused for the reason that was given. */
  @Test
  void goodPointersPass() {
    for (int number = 0; number < SystemCallTable.LIMIT; number++) {
      SystemCall call = table.get(number);
      for (int i = 0; call != null && i < call.arguments().size(); i++) {
        int size = size(call.arguments().get(i));
        if (size != 0) {
          prepare(true, Capability.NULL);
          hart.capabilities.set(A0 + i, good(i).withLength(size));
          try (CallMemory memory = CallMemory.of(hart)) {
            memory.requireArgument(i, place(i), size, kind(call.arguments().get(i)));
          }
        }
      }
    }
  }
}
