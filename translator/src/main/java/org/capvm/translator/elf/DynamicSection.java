package org.capvm.translator.elf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.fornwall.jelf.ElfDynamicSection;

/**
 * The dynamic section (PT_DYNAMIC): what the dynamic linker reads. Addresses in it are translated
 * to file offsets, and every table is checked to lie in the file.
 */
final class DynamicSection {
  private static final int RELOCATION_SIZE = 24;
  private static final int MAX_ENTRIES = 4096;
  private static final String RELOCATIONS = "a relocation table";

  private final Bytes bytes;
  private final AddressSpace addresses;
  private final Map<Long, Long> values = new HashMap<>();
  private final List<Long> neededNames = new ArrayList<>();

  private DynamicSection(Bytes bytes, AddressSpace addresses) {
    this.bytes = bytes;
    this.addresses = addresses;
  }

  /** Reads the entries at {@code offset}; a {@code size} of 0 stands for no dynamic section. */
  static DynamicSection read(Bytes bytes, AddressSpace addresses, long offset, long size)
      throws ElfException {
    DynamicSection d = new DynamicSection(bytes, addresses);
    long count = Math.min(size / 16, MAX_ENTRIES);
    for (long i = 0; i < count; i++) {
      long tag = bytes.i64(offset + 16 * i, "the dynamic section");
      long value = bytes.i64(offset + 16 * i + 8, "the dynamic section");
      if (tag == ElfDynamicSection.DT_NULL) {
        break;
      }
      if (tag == ElfDynamicSection.DT_NEEDED) {
        d.neededNames.add(value);
      }
      d.values.putIfAbsent(tag, value);
    }
    return d;
  }

  /** The value of a DT entry, if present. */
  Optional<Long> value(int tag) {
    return Optional.ofNullable(values.get((long) tag));
  }

  List<String> neededLibraries() throws ElfException {
    List<String> names = new ArrayList<>();
    for (long offset : neededNames) {
      names.add(string(offset, "the name of a needed library"));
    }
    return List.copyOf(names);
  }

  Optional<String> sharedObjectName() throws ElfException {
    Optional<Long> offset = value(ElfDynamicSection.DT_SONAME);
    return offset.isPresent()
        ? Optional.of(string(offset.get(), "the shared object name"))
        : Optional.empty();
  }

  /** The functions that run before and after the program: DT_INIT, DT_FINI and their arrays. */
  List<Long> initialisers() throws ElfException {
    List<Long> all = new ArrayList<>();
    value(ElfDynamicSection.DT_INIT).ifPresent(all::add);
    value(ElfDynamicSection.DT_FINI).ifPresent(all::add);
    addArray(all, ElfDynamicSection.DT_PREINIT_ARRAY, ElfDynamicSection.DT_PREINIT_ARRAY + 1);
    addArray(all, ElfDynamicSection.DT_INIT_ARRAY, ElfDynamicSection.DT_INIT_ARRAYSZ);
    addArray(all, ElfDynamicSection.DT_FINI_ARRAY, ElfDynamicSection.DT_FINI_ARRAYSZ);
    return List.copyOf(all);
  }

  private void addArray(List<Long> all, int arrayTag, int sizeTag) throws ElfException {
    long size = value(sizeTag).orElse(0L);
    if (value(arrayTag).isPresent() && size != 0) {
      long offset = addresses.offset(value(arrayTag).get(), size, "an initialiser array");
      for (long i = 0; i + 8 <= size; i += 8) {
        all.add(bytes.i64(offset + i));
      }
    }
  }

  /** The symbols of DT_SYMTAB. */
  List<Symbol> symbols() throws ElfException {
    Optional<Long> table = value(ElfDynamicSection.DT_SYMTAB);
    if (table.isEmpty()) {
      return List.of();
    }
    long count = Math.max(symbolCount(), relocationSymbolCount());
    long offset = addresses.offset(table.get(), count * SymbolTable.ENTRY_SIZE, "the symbol table");
    return SymbolTable.read(bytes, offset, count, stringTable(), stringTableSize());
  }

  /** The relocations of DT_RELA, then those of DT_JMPREL. */
  List<Relocation> relocations(List<Symbol> symbols) throws ElfException {
    List<Relocation> all = new ArrayList<>();
    addRelocations(all, symbols, ElfDynamicSection.DT_RELA, ElfDynamicSection.DT_RELASZ);
    addRelocations(all, symbols, ElfDynamicSection.DT_JMPREL, ElfDynamicSection.DT_PLTRELSZ);
    return List.copyOf(all);
  }

  private void addRelocations(List<Relocation> all, List<Symbol> symbols, int tableTag, int sizeTag)
      throws ElfException {
    long size = relocationBytes(tableTag, sizeTag);
    long offset = size == 0 ? 0 : addresses.offset(value(tableTag).get(), size, RELOCATIONS);
    for (long i = 0; i < size; i += RELOCATION_SIZE) {
      long info = bytes.i64(offset + i + 8);
      int symbol = (int) (info >>> 32);
      if (symbol < 0 || symbol != 0 && symbol >= symbols.size()) {
        throw bytes.problem("damaged: relocation with symbol number " + symbol);
      }
      all.add(
          new Relocation(
              bytes.i64(offset + i),
              (int) info,
              symbol == 0 ? Optional.empty() : Optional.of(symbols.get(symbol)),
              bytes.i64(offset + i + 16)));
    }
  }

  /**
   * The size of a relocation table. Linkers may count the relocations of DT_JMPREL, when they
   * follow directly, in the size of DT_RELA too.
   */
  private long relocationBytes(int tableTag, int sizeTag) {
    Optional<Long> table = value(tableTag);
    Optional<Long> lazy = value(ElfDynamicSection.DT_JMPREL);
    long size = table.isPresent() ? value(sizeTag).orElse(0L) : 0;
    if (size <= 0) {
      return size;
    }
    if (lazy.isPresent() && lazy.get() > table.get() && lazy.get() - table.get() < size) {
      size = lazy.get() - table.get();
    }
    return size - size % RELOCATION_SIZE;
  }

  /**
   * The number of symbols that relocations need: undefined symbols are not in the hash table, and
   * when a file defines none it does not count them either.
   */
  private long relocationSymbolCount() throws ElfException {
    return Math.max(
        relocationSymbolCount(ElfDynamicSection.DT_RELA, ElfDynamicSection.DT_RELASZ),
        relocationSymbolCount(ElfDynamicSection.DT_JMPREL, ElfDynamicSection.DT_PLTRELSZ));
  }

  private long relocationSymbolCount(int tableTag, int sizeTag) throws ElfException {
    long size = relocationBytes(tableTag, sizeTag);
    long offset = size == 0 ? 0 : addresses.offset(value(tableTag).get(), size, RELOCATIONS);
    long count = 0;
    for (long i = 0; i < size; i += RELOCATION_SIZE) {
      count = Math.max(count, (bytes.i64(offset + i + 8) >>> 32) + 1);
    }
    return count;
  }

  /** Counts the symbols from the hash tables: the dynamic section does not say how many it has. */
  private long symbolCount() throws ElfException {
    Optional<Long> hash = value(ElfDynamicSection.DT_HASH);
    if (hash.isPresent()) {
      long offset = addresses.offset(hash.get(), 8, "the symbol hash table");
      return Integer.toUnsignedLong(bytes.i32(offset + 4));
    }
    Optional<Long> gnuHash = value(ElfDynamicSection.DT_GNU_HASH);
    if (gnuHash.isPresent()) {
      return gnuSymbolCount(gnuHash.get());
    }
    return 0;
  }

  /**
   * The number of symbols is one more than the last in the chain of the bucket that starts last.
   */
  private long gnuSymbolCount(long table) throws ElfException {
    String what = "the symbol hash table";
    long header = addresses.offset(table, 16, what);
    long buckets = Integer.toUnsignedLong(bytes.i32(header));
    long firstHashed = Integer.toUnsignedLong(bytes.i32(header + 4));
    long bloomWords = Integer.toUnsignedLong(bytes.i32(header + 8));
    long bucketAddress = table + 16 + 8 * bloomWords;
    long bucketOffset = addresses.offset(bucketAddress, 4 * buckets, what);
    long last = 0;
    for (long i = 0; i < buckets; i++) {
      last = Math.max(last, Integer.toUnsignedLong(bytes.i32(bucketOffset + 4 * i)));
    }
    if (last < firstHashed) {
      return firstHashed;
    }
    long chains = bucketAddress + 4 * buckets;
    while (true) {
      long link = addresses.offset(chains + 4 * (last - firstHashed), 4, what);
      last++;
      if ((bytes.i32(link) & 1) != 0) {
        return last;
      }
    }
  }

  private long stringTable() throws ElfException {
    long size = stringTableSize();
    return addresses.offset(
        value(ElfDynamicSection.DT_STRTAB).orElse(-1L), size, "the dynamic string table");
  }

  private long stringTableSize() {
    return value(ElfDynamicSection.DT_STRSZ).orElse(0L);
  }

  private String string(long offset, String what) throws ElfException {
    long table = stringTable();
    if (offset < 0 || offset >= stringTableSize()) {
      throw bytes.problem("damaged: " + what + " lies outside the string table");
    }
    return bytes.string(table + offset, table + stringTableSize(), what);
  }
}
