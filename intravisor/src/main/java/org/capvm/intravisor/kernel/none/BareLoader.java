package org.capvm.intravisor.kernel.none;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Relocation;
import org.capvm.translator.elf.Segment;

/** Puts a statically linked program into a window. */
final class BareLoader {
  /** {@code li t5, 13}. */
  private static final int LOAD_THREAD_EXIT = 13 << 20 | 30 << 7 | 0x13;

  /** {@code li t5, 414}. */
  private static final int LOAD_CALL_EXIT = 414 << 20 | 30 << 7 | 0x13;

  private static final int ECALL = 0x73;

  private BareLoader() {}

  /**
   * Loads a program: at its own addresses, or at the lowest of its memory when it is
   * position-independent, with its relative relocations applied. The guards of its stacks are made,
   * too.
   *
   * @return the address of its first instruction
   */
  static long load(ElfImage program, Window window, BareLayout layout) {
    long bias = bias(program, layout);
    for (Segment s : program.segments()) {
      if (s.address() + bias < layout.lowest() || s.end() + bias > layout.stacks()) {
        throw new IllegalArgumentException(
            "%s: needs memory from 0x%x to 0x%x, the cVM has it from 0x%x to its stacks at 0x%x"
                .formatted(
                    program.name(),
                    s.address() + bias,
                    s.end() + bias,
                    layout.lowest(),
                    layout.stacks()));
      }
      if (s.fileSize() != 0) {
        MemorySegment content = MemorySegment.ofBuffer(program.content());
        window.write(s.address() + bias, content.asSlice(s.offset(), s.fileSize()));
      }
    }
    for (int place = 0; place <= layout.threads(); place++) {
      window.pages().set(layout.stackStart(place), Window.PAGE, PageTable.MAPPED);
    }
    Memory.storeInt(window, layout.exitCode(), LOAD_THREAD_EXIT);
    Memory.storeInt(window, layout.exitCode() + Integer.BYTES, ECALL);
    Memory.storeInt(window, layout.returnCode(), LOAD_CALL_EXIT);
    Memory.storeInt(window, layout.returnCode() + Integer.BYTES, ECALL);
    if (!program.isExec()) {
      for (Relocation r : program.relocations()) {
        if (r.type() == Relocation.RELATIVE) {
          if (!program.isMapped(r.offset(), Long.BYTES)) {
            throw new IllegalArgumentException(
                "%s: damaged: relocation of 0x%x, which is not in any segment"
                    .formatted(program.name(), r.offset()));
          }
          Memory.storeLong(window, r.offset() + bias, r.addend() + bias);
        }
      }
    }
    return program.entry() + bias;
  }

  /** What is added to the addresses of a program. */
  static long bias(ElfImage program, BareLayout layout) {
    return program.isExec() ? 0 : layout.lowest();
  }

  /** Whether a program defines a symbol. */
  static boolean defines(ElfImage program, String symbol) {
    return program.symbols().stream().anyMatch(s -> s.defined() && s.name().equals(symbol));
  }

  /** The address of a symbol in the window, if the program defines it. */
  static OptionalLong address(ElfImage program, BareLayout layout, String symbol) {
    return program.symbols().stream()
        .filter(s -> s.defined() && s.name().equals(symbol))
        .mapToLong(s -> s.value() + bias(program, layout))
        .findFirst();
  }
}
