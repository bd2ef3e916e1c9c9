package org.capvm.translator.elf;

import java.util.ArrayList;
import java.util.List;
import net.fornwall.jelf.ElfSymbol;

/** Reads arrays of Elf64_Sym. */
final class SymbolTable {
  static final int ENTRY_SIZE = 24;

  private static final int TYPE_GNU_IFUNC = 10;

  private SymbolTable() {}

  /** Reads {@code count} symbols; the caller has checked that both tables are in the file. */
  static List<Symbol> read(Bytes bytes, long offset, long count, long names, long namesSize)
      throws ElfException {
    bytes.require(offset, count * ENTRY_SIZE, "a symbol table");
    List<Symbol> all = new ArrayList<>((int) count);
    for (long i = 0; i < count; i++) {
      long at = offset + i * ENTRY_SIZE;
      long name = Integer.toUnsignedLong(bytes.i32(at));
      all.add(
          new Symbol(
              name == 0 ? "" : bytes.string(names + name, names + namesSize, "a symbol's name"),
              bytes.i64(at + 8),
              bytes.i64(at + 16),
              kind(bytes.u8(at + 4) & 0xf),
              bytes.u16(at + 6) != 0));
    }
    return List.copyOf(all);
  }

  private static Symbol.Kind kind(int type) {
    return switch (type) {
      case ElfSymbol.STT_FUNC -> Symbol.Kind.FUNCTION;
      case TYPE_GNU_IFUNC -> Symbol.Kind.INDIRECT_FUNCTION;
      case ElfSymbol.STT_OBJECT, ElfSymbol.STT_COMMON -> Symbol.Kind.OBJECT;
      case ElfSymbol.STT_TLS -> Symbol.Kind.THREAD_LOCAL;
      default -> Symbol.Kind.OTHER;
    };
  }
}
