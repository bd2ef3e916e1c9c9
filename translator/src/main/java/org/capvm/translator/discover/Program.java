package org.capvm.translator.discover;

import java.util.List;
import java.util.Optional;
import org.capvm.translator.elf.AddressRange;
import org.capvm.translator.elf.ElfImage;

/**
 * The code of one ELF file.
 *
 * @param image the file
 * @param functions sorted by entry; entries are unique. The ranges of functions with frame
 *     descriptions do not overlap; in code without, a function whose start is uncertain may share
 *     blocks with the one it lies in. PLT stubs are not among them
 * @param stubs the procedure linkage table, sorted by entry
 * @param pltHeader the first entry of the table, which lazy binding enters
 * @param uncovered executable ranges that belong to no block, stub or padding, sorted
 */
public record Program(
    ElfImage image,
    List<FunctionCode> functions,
    List<PltStub> stubs,
    Optional<AddressRange> pltHeader,
    List<AddressRange> uncovered) {

  /** Copies the lists. */
  public Program {
    functions = List.copyOf(functions);
    stubs = List.copyOf(stubs);
    uncovered = List.copyOf(uncovered);
  }

  /**
   * The function in whose range a block starts at a link-time address. Where functions overlap it
   * is the one with the highest entry.
   */
  public Optional<FunctionCode> functionAround(long address) {
    FunctionCode found = null;
    for (FunctionCode f : functions) {
      if (f.entry() <= address && address < f.limit() && f.blockAt(address).isPresent()) {
        found = f;
      }
    }
    return Optional.ofNullable(found);
  }
}
