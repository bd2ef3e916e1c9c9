package org.capvm.translator.discover;

import java.util.Collections;
import java.util.Optional;
import org.capvm.translator.elf.ElfImage;

/** Finds functions. */
public final class Discovery {
  /** How far from the entry code found on demand may extend, in bytes. */
  private static final long ON_DEMAND_REACH = 1 << 18;

  private Discovery() {}

  /** Finds all functions of a file. */
  public static Program discover(ElfImage image) {
    return new ProgramSearch(image, false).run();
  }

  /**
   * Finds the functions of a file that runs beside capabilities, in integer mode: those that come
   * to no instruction of Xcheri unless through a pointer or in another file.
   */
  public static Program discoverWithoutCapabilities(ElfImage image) {
    Program all = new ProgramSearch(image, true).run();
    return new Program(
        image,
        CapabilityFreeFunctions.of(all.functions()),
        all.stubs(),
        all.pltHeader(),
        all.uncovered());
  }

  /**
   * Finds the code that is reachable from an address by jumps and branches within bounds. What lies
   * outside the bounds is reached by tail calls.
   *
   * @param code where to fetch from
   * @param entry the first instruction
   * @param low the lowest address that may belong to the function
   * @param high the address behind the highest
   * @return the function; empty when nothing can be fetched at the entry
   */
  public static Optional<FunctionCode> at(CodeBytes code, long entry, long low, long high) {
    long from = Math.max(low, entry - ON_DEMAND_REACH);
    long to = Math.min(high, entry + ON_DEMAND_REACH);
    if ((entry & 1) != 0 || entry < from || entry >= to) {
      return Optional.empty();
    }
    FunctionBuilder builder =
        new FunctionBuilder(code, new InstructionCache(false), a -> false, a -> false);
    FunctionBuilder.Result result =
        builder.build(
            new FunctionBuilder.Request(
                entry, from & ~1L, to, false, Collections.emptyNavigableSet()));
    if (result.blocks().isEmpty()) {
      return Optional.empty();
    }
    long limit = result.blocks().getLast().limit();
    return Optional.of(
        new FunctionCode(entry, limit, Optional.empty(), Origin.ON_DEMAND, result.blocks()));
  }
}
