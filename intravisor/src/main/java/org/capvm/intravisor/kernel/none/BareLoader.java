package org.capvm.intravisor.kernel.none;

import java.lang.foreign.MemorySegment;
import org.capvm.runtime.memory.Memory;
import org.capvm.runtime.memory.PageTable;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Relocation;
import org.capvm.translator.elf.Segment;

/** Puts a statically linked program into a window. */
final class BareLoader {
  private BareLoader() {}

  /**
   * Loads a program: at its own addresses, or just above the inaccessible low memory when it is
   * position-independent, with its relative relocations applied.
   *
   * @return the address of its first instruction
   */
  static long load(ElfImage program, Window window) {
    long bias = program.isExec() ? 0 : Window.LOW;
    for (Segment s : program.segments()) {
      if (s.address() + bias < Window.LOW || s.end() + bias > window.size()) {
        throw new IllegalArgumentException(
            "%s: needs memory up to 0x%x, the cVM has 0x%x bytes"
                .formatted(program.name(), s.end() + bias, window.size()));
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
}
