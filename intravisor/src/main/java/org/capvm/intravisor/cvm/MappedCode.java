package org.capvm.intravisor.cvm;

import java.util.Optional;
import org.capvm.translator.discover.FunctionCode;
import org.capvm.translator.discover.Program;
import org.capvm.translator.elf.AddressRange;

/**
 * Guest addresses at which an ELF file is mapped for execution.
 *
 * @param start the first address
 * @param end the address behind the last
 * @param bias load address minus link-time address
 * @param file what is mapped
 */
record MappedCode(long start, long end, long bias, DiscoveredFile file) {
  /** The part between two addresses. */
  MappedCode part(long from, long to) {
    return new MappedCode(Math.max(start, from), Math.min(end, to), bias, file);
  }

  boolean isEmpty() {
    return start >= end;
  }

  /** The function with a block at a guest address, if all of it is mapped; entered there. */
  Optional<FunctionCode> enteredAt(Program program, long address) {
    return program
        .functionAround(address - bias)
        .filter(f -> f.entry() + bias >= start && f.limit() + bias <= end)
        .map(f -> f.enteredAt(address - bias));
  }

  /** The guest addresses of the frame description around an address, if all of it is mapped. */
  Optional<AddressRange> frameAround(Program program, long address) {
    return program.image().frames().stream()
        .map(frame -> new AddressRange(frame.start() + bias, frame.end() + bias))
        .filter(range -> range.contains(address))
        .filter(range -> range.start() >= start && range.end() <= end)
        .findFirst();
  }
}
