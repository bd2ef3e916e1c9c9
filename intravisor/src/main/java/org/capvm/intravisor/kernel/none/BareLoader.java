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
   * Loads a program: at its own addresses, or just above the inaccessible low memory when it is
   * position-independent, with its relative relocations applied. The rest of its memory is made
   * ready, too.
   *
   * @return the address of its first instruction
   */
  static long load(ElfImage program, Window window, BareLayout layout) {
    long bias = bias(program);
    for (Segment s : program.segments()) {
      if (s.address() + bias < Window.LOW || s.end() + bias > layout.stacks()) {
        throw new IllegalArgumentException(
            "%s: needs memory up to 0x%x, the cVM has 0x%x bytes, and stacks from 0x%x on"
                .formatted(program.name(), s.end() + bias, window.size(), layout.stacks()));
      }
      if (s.fileSize() != 0) {
        MemorySegment content = MemorySegment.ofBuffer(program.content());
        window.write(s.address() + bias, content.asSlice(s.offset(), s.fileSize()));
      }
    }
    window
        .pages()
        .set(
            Window.LOW,
            window.size() - Window.LOW,
            PageTable.MAPPED | PageTable.READ | PageTable.WRITE | PageTable.EXECUTE);
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
  static long bias(ElfImage program) {
    return program.isExec() ? 0 : Window.LOW;
  }

  /** The address of a symbol in the window, if the program defines it. */
  static OptionalLong address(ElfImage program, String symbol) {
    return program.symbols().stream()
        .filter(s -> s.defined() && s.name().equals(symbol))
        .mapToLong(s -> s.value() + bias(program))
        .findFirst();
  }
}
