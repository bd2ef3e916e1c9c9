package org.capvm.translator.discover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capvm.translator.elf.AddressRange;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Relocation;
import org.capvm.translator.elf.Symbol;

/**
 * Recognises the stubs of the procedure linkage table by their instructions (RISC-V ELF psABI,
 * "Program Linkage Table"):
 *
 * <pre>
 *   auipc t3, %pcrel_hi(slot)
 *   ld    t3, %pcrel_lo(slot)(t3)
 *   jalr  t1, t3
 *   nop
 * </pre>
 */
final class PltScanner {
  static final int STUB_SIZE = 16;

  /** The first entry, which calls the lazy binder, has eight instructions. */
  private static final int HEADER_SIZE = 32;

  private static final int AUIPC_T3 = 0x00000e17;
  private static final int AUIPC_MASK = 0x00000fff;
  private static final int LD_T3_T3 = 0x000e3e03;
  private static final int LOAD_MASK = 0x000fffff;
  private static final int JALR_T1_T3 = 0x000e0367;
  private static final int NOP = 0x00000013;

  /** SUB t1, t1, t3: the second instruction of the header. */
  private static final int SUB_T1_T1_T3 = 0x41c30333;

  private final ElfImage image;
  private final Map<Long, String> symbols = new HashMap<>();

  PltScanner(ElfImage image) {
    this.image = image;
    for (Relocation r : image.relocations()) {
      if (r.type() == Relocation.JUMP_SLOT || r.type() == Relocation.ABSOLUTE_64) {
        r.symbol().map(Symbol::name).ifPresent(name -> symbols.put(r.offset(), name));
      }
    }
  }

  /** The stubs of a range, in address order. */
  List<PltStub> stubs(AddressRange range) {
    List<PltStub> all = new ArrayList<>();
    long at = range.start() + 3 & ~3L;
    while (at + STUB_SIZE <= range.end()) {
      if (isStub(at)) {
        int high = image.read32(at) & ~AUIPC_MASK;
        int low = image.read32(at + 4) >> 20;
        long slot = at + high + low;
        all.add(new PltStub(at, slot, Optional.ofNullable(symbols.get(slot))));
        at += STUB_SIZE;
      } else {
        at += 4;
      }
    }
    return all;
  }

  private boolean isStub(long at) {
    return image.read32(at + 8) == JALR_T1_T3
        && image.read32(at + 12) == NOP
        && (image.read32(at) & AUIPC_MASK) == AUIPC_T3
        && (image.read32(at + 4) & LOAD_MASK) == LD_T3_T3;
  }

  /** The header in front of the first stub, if there is one. */
  Optional<AddressRange> header(List<PltStub> stubs) {
    if (stubs.isEmpty()) {
      return Optional.empty();
    }
    long start = stubs.getFirst().entry() - HEADER_SIZE;
    boolean found =
        image.fileOffset(start, HEADER_SIZE) >= 0 && image.read32(start + 4) == SUB_T1_T1_T3;
    return found
        ? Optional.of(new AddressRange(start, stubs.getFirst().entry()))
        : Optional.empty();
  }
}
