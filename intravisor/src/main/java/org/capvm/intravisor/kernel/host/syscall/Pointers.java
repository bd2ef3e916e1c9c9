package org.capvm.intravisor.kernel.host.syscall;

import org.capvm.intravisor.kernel.host.abi.GuestMemory;
import org.capvm.runtime.memory.AccessKind;
import org.capvm.runtime.memory.MemoryFault;

/** Checks the pointers of a system call before its handler runs. */
final class Pointers {
  private Pointers() {}

  /**
   * Checks one argument.
   *
   * @throws MemoryFault when memory that the call needs is not accessible
   */
  static void check(GuestMemory memory, Argument argument, long[] values, int index) {
    switch (argument) {
      case Argument.Structure s -> {
        if (!(s.nullable() && values[index] == 0)) {
          check(memory, s.direction(), index, values[index], s.size());
        }
      }
      case Argument.Buffer b -> {
        long length = values[b.lengthArgument()];
        if (length > 0) {
          check(
              memory, b.direction(), index, values[index], Math.min(length, Argument.MAX_TRANSFER));
        }
      }
      case Argument.Flags f -> {}
      case Argument.Scalar s -> {}
    }
  }

  private static void check(
      GuestMemory memory, Argument.Direction direction, int index, long address, long length) {
    boolean reads = direction == Argument.Direction.IN;
    memory.requireArgument(index, address, length, reads ? AccessKind.LOAD : AccessKind.STORE);
  }
}
