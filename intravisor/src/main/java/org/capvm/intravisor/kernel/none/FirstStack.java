package org.capvm.intravisor.kernel.none;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.capvm.runtime.capability.Capability;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.Window;

/**
 * What a program finds where its first stack pointer points, as on Linux: argc, argv, envp and an
 * auxiliary vector. Each is 8 bytes; in capability mode 16, and pointers are capabilities of
 * exactly the string.
 */
final class FirstStack {
  private static final int SP = 2;

  private static final int AT_NULL = 0;
  private static final int AT_PAGESZ = 6;
  private static final int AT_ENTRY = 9;
  private static final int AT_RANDOM = 25;
  private static final int RANDOM_SIZE = 16;

  /** The stack pointer is a multiple of this, as the ABI says. */
  private static final int ALIGNMENT = 16;

  private final Window window;

  /** All of the stack, or null where pointers are integers. */
  private final Capability authority;

  private final long low;
  private long top;

  private FirstStack(Window window, Capability authority, long low, long top) {
    this.window = window;
    this.authority = authority;
    this.low = low;
    this.top = top;
  }

  /**
   * Fills the stack of a hart and moves its stack pointer, which points to the end.
   *
   * @param entry address of the first instruction
   * @param arguments argv, the program first
   * @param environment of the form NAME=VALUE
   * @throws IllegalArgumentException when they take more than a quarter of the stack
   */
  static void prepare(
      Hart h, BareLayout layout, long entry, List<String> arguments, List<String> environment) {
    boolean pure = h.capabilities != null && h.capabilities.pccBounds().isCapabilityMode();
    Capability authority = pure ? h.capabilities.get(SP) : null;
    long end = layout.stackEnd(0);
    FirstStack stack =
        new FirstStack(h.window, authority, end - layout.stackSize() / 4, end - ALIGNMENT);
    long pointer = stack.fill(entry, arguments, environment);
    if (pure) {
      h.capabilities.set(SP, authority.withAddress(pointer));
    } else {
      h.x2 = pointer;
    }
  }

  private long fill(long entry, List<String> arguments, List<String> environment) {
    byte[] random = new byte[RANDOM_SIZE];
    new SecureRandom().nextBytes(random);
    List<Capability> slots = new ArrayList<>();
    slots.add(integer(arguments.size()));
    arguments.forEach(argument -> slots.add(string(argument)));
    slots.add(Capability.NULL);
    environment.forEach(variable -> slots.add(string(variable)));
    slots.add(Capability.NULL);
    slots.addAll(List.of(integer(AT_PAGESZ), integer(Window.PAGE)));
    slots.addAll(List.of(integer(AT_ENTRY), integer(entry)));
    slots.addAll(List.of(integer(AT_RANDOM), push(random)));
    slots.addAll(List.of(integer(AT_NULL), Capability.NULL));
    return write(slots);
  }

  private static Capability integer(long value) {
    return Capability.NULL.withAddress(value);
  }

  private Capability string(String text) {
    return push((text + '\0').getBytes(StandardCharsets.UTF_8));
  }

  /** Puts bytes onto the stack, so that a capability can cover them and nothing else of use. */
  private Capability push(byte[] bytes) {
    take(CompressedBounds.roundedLength(bytes.length));
    top &= CompressedBounds.alignmentMask(bytes.length);
    window.write(top, MemorySegment.ofArray(bytes));
    return authority == null ? integer(top) : authority.withAddress(top).withLength(bytes.length);
  }

  private void take(long bytes) {
    if (bytes > top - low) {
      throw new IllegalArgumentException(
          "arguments and environment take more than a quarter of the stack");
    }
    top -= bytes;
  }

  private long write(List<Capability> slots) {
    int size = authority == null ? Long.BYTES : Capability.SIZE;
    take((long) size * slots.size());
    top &= -ALIGNMENT;
    for (int i = 0; i < slots.size(); i++) {
      long at = top + (long) i * size;
      if (authority == null) {
        window.write(at, MemorySegment.ofArray(new long[] {slots.get(i).address()}));
      } else {
        window.tags().store(at, slots.get(i));
      }
    }
    return top;
  }
}
