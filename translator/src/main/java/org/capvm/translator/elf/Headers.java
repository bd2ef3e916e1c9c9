package org.capvm.translator.elf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSectionHeader;
import net.fornwall.jelf.ElfSegment;

/**
 * The ELF header, program headers and section headers, checked as strictly as Linux does and
 * slightly more: everything they point to is in the file.
 *
 * @param executable ET_EXEC: the program has a fixed address; otherwise ET_DYN
 * @param entry e_entry
 * @param flags e_flags (RISC-V: the floating-point ABI and RVC bits)
 * @param programHeaderOffset e_phoff
 * @param programHeaders all of them, in file order
 * @param sections all of them, in file order; empty when stripped
 */
record Headers(
    boolean executable,
    long entry,
    int flags,
    long programHeaderOffset,
    List<ProgramHeader> programHeaders,
    List<Section> sections) {

  /** The highest address that a user program can have under Sv48, plus one. */
  static final long ADDRESS_LIMIT = 1L << 47;

  private static final int HEADER_SIZE = 64;
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int SECTION_HEADER_SIZE = 64;
  private static final int MACHINE_RISCV = 243;
  private static final int TYPE_RELOCATABLE = ElfFile.ET_REL;
  private static final int TYPE_CORE = ElfFile.ET_CORE;

  private static final Map<Integer, String> MACHINES =
      Map.ofEntries(
          Map.entry(3, "i386"),
          Map.entry(8, "MIPS"),
          Map.entry(20, "PowerPC"),
          Map.entry(21, "PowerPC 64"),
          Map.entry(22, "IBM S/390"),
          Map.entry(40, "Arm"),
          Map.entry(43, "SPARC V9"),
          Map.entry(50, "IA-64"),
          Map.entry(62, "x86-64"),
          Map.entry(183, "AArch64"),
          Map.entry(247, "BPF"),
          Map.entry(258, "LoongArch"));

  /**
   * A program header as it stands in the file.
   *
   * @param type p_type
   * @param flags p_flags: 1 execute, 2 write, 4 read
   * @param offset p_offset
   * @param address p_vaddr
   * @param fileSize p_filesz; offset + fileSize is in the file
   * @param memorySize p_memsz
   * @param alignment p_align
   */
  record ProgramHeader(
      int type,
      int flags,
      long offset,
      long address,
      long fileSize,
      long memorySize,
      long alignment) {
    static final int DYNAMIC = ElfSegment.PT_DYNAMIC;
    static final int LOAD = ElfSegment.PT_LOAD;
    static final int INTERPRETER = ElfSegment.PT_INTERP;
    static final int TLS = ElfSegment.PT_TLS;
    static final int GNU_EH_FRAME = 0x6474e550;
    static final int GNU_STACK = 0x6474e551;
    static final int GNU_RELRO = 0x6474e552;
    static final int RISCV_ATTRIBUTES = 0x70000003;
  }

  static Headers read(Bytes bytes, byte[] content) throws ElfException {
    checkIdentification(bytes);
    ElfFile elf = parse(bytes, content);
    return new Headers(
        elf.e_type == ElfFile.ET_EXEC,
        elf.e_entry,
        elf.e_flags,
        elf.e_phoff,
        readProgramHeaders(bytes, elf),
        readSections(bytes));
  }

  private static ElfFile parse(Bytes bytes, byte[] content) throws ElfException {
    try {
      return ElfFile.from(content);
    } catch (net.fornwall.jelf.ElfException e) {
      throw bytes.problem("damaged ELF header: " + e.getMessage());
    }
  }

  /** Checks everything in the header that the parser relies on. */
  private static void checkIdentification(Bytes bytes) throws ElfException {
    if (bytes.length() == 0) {
      throw bytes.problem("the file is empty");
    }
    if (bytes.length() < 4 || bytes.i32(0) != 0x464c457f) {
      throw bytes.problem("not an ELF file");
    }
    bytes.require(0, HEADER_SIZE, "the ELF header");
    // Class and byte order first: they decide how the machine number is to be read.
    boolean bigEndian = bytes.u8(5) == ElfFile.DATA_MSB;
    int machine =
        bigEndian ? Short.toUnsignedInt(Short.reverseBytes((short) bytes.u16(18))) : bytes.u16(18);
    if (machine != MACHINE_RISCV) {
      throw bytes.problem("made for " + machineName(machine) + ", not for RISC-V");
    }
    if (bytes.u8(4) == ElfFile.CLASS_32) {
      throw bytes.problem("a 32-bit RISC-V file; only 64-bit ones are supported");
    }
    if (bigEndian) {
      throw bytes.problem("a big-endian RISC-V file; only little-endian ones are supported");
    }
    if (bytes.u8(4) != ElfFile.CLASS_64 || bytes.u8(5) != ElfFile.DATA_LSB || bytes.u8(6) != 1) {
      throw bytes.problem("damaged ELF header: unknown class, byte order or version");
    }
    int type = bytes.u16(16);
    if (type == TYPE_RELOCATABLE) {
      throw bytes.problem("an object file; link it first");
    }
    if (type == TYPE_CORE) {
      throw bytes.problem("a core dump, not a program");
    }
    if (type != ElfFile.ET_EXEC && type != ElfFile.ET_DYN) {
      throw bytes.problem("neither a program nor a shared library (ELF type " + type + ")");
    }
    checkTables(bytes);
  }

  private static void checkTables(Bytes bytes) throws ElfException {
    int count = bytes.u16(56);
    if (count == 0) {
      throw bytes.problem("has no program headers");
    }
    if (count == 0xffff) {
      throw bytes.problem("damaged ELF header: too many program headers");
    }
    if (bytes.u16(54) != PROGRAM_HEADER_SIZE) {
      throw bytes.problem("damaged ELF header: program headers of " + bytes.u16(54) + " bytes");
    }
    bytes.require(bytes.i64(32), (long) count * PROGRAM_HEADER_SIZE, "the program header table");
    long sectionOffset = bytes.i64(40);
    int sections = bytes.u16(60);
    if (sectionOffset != 0) {
      if (sections != 0 && bytes.u16(58) != SECTION_HEADER_SIZE) {
        throw bytes.problem("damaged ELF header: section headers of " + bytes.u16(58) + " bytes");
      }
      bytes.require(
          sectionOffset, (long) sections * SECTION_HEADER_SIZE, "the section header table");
      if (sections != 0 && bytes.u16(62) >= sections) {
        throw bytes.problem("damaged ELF header: no section " + bytes.u16(62) + " for names");
      }
    }
  }

  private static String machineName(int machine) {
    return MACHINES.getOrDefault(machine, "machine number " + machine);
  }

  private static List<ProgramHeader> readProgramHeaders(Bytes bytes, ElfFile elf)
      throws ElfException {
    List<ProgramHeader> all = new ArrayList<>();
    for (int i = 0; i < elf.e_phnum; i++) {
      ElfSegment s = elf.getProgramHeader(i);
      bytes.require(s.p_offset, s.p_filesz, "segment " + i);
      all.add(
          new ProgramHeader(
              s.p_type, s.p_flags, s.p_offset, s.p_vaddr, s.p_filesz, s.p_memsz, s.p_align));
    }
    return List.copyOf(all);
  }

  /**
   * Reads the section headers here and not with the ELF library, which parses the content of symbol
   * and relocation sections at once and trusts their sizes.
   */
  private static List<Section> readSections(Bytes bytes) throws ElfException {
    long table = bytes.i64(40);
    int count = bytes.u16(60);
    if (table == 0 || count == 0) {
      return List.of();
    }
    long namesHeader = table + (long) bytes.u16(62) * SECTION_HEADER_SIZE;
    boolean named = bytes.i32(namesHeader + 4) == ElfSectionHeader.SHT_STRTAB;
    long names = bytes.i64(namesHeader + 24);
    long namesSize = bytes.i64(namesHeader + 32);
    if (named) {
      bytes.require(names, namesSize, "the section names");
    }
    List<Section> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * SECTION_HEADER_SIZE;
      String what = "section " + i;
      long nameOffset = names + Integer.toUnsignedLong(bytes.i32(at));
      String name = named ? bytes.string(nameOffset, names + namesSize, "name of " + what) : "";
      all.add(readSection(bytes, at, name, what));
    }
    return List.copyOf(all);
  }

  private static Section readSection(Bytes bytes, long at, String name, String what)
      throws ElfException {
    int type = bytes.i32(at + 4);
    long flags = bytes.i64(at + 8);
    long address = bytes.i64(at + 16);
    long offset = bytes.i64(at + 24);
    long size = bytes.i64(at + 32);
    if (type != ElfSectionHeader.SHT_NOBITS && type != ElfSectionHeader.SHT_NULL) {
      bytes.require(offset, size, what);
    }
    boolean allocated = (flags & ElfSectionHeader.FLAG_ALLOC) != 0;
    if (allocated && (address < 0 || size < 0 || address > ADDRESS_LIMIT - size)) {
      throw bytes.problem("damaged: " + what + " has an impossible address");
    }
    return new Section(
        name,
        type,
        address,
        offset,
        size,
        allocated,
        (flags & ElfSectionHeader.FLAG_WRITE) != 0,
        (flags & ElfSectionHeader.FLAG_EXEC_INSTR) != 0,
        bytes.i32(at + 40));
  }
}
