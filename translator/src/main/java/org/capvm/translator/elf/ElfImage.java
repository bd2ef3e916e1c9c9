package org.capvm.translator.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.fornwall.jelf.ElfSectionHeader;
import org.capvm.translator.elf.Headers.ProgramHeader;

/**
 * A 64-bit little-endian RISC-V program or shared library, read and validated.
 *
 * <p>Everything that headers, dynamic section and tables point to lies in the file; a file that
 * lies about it is refused with an {@link ElfException}. All addresses are link-time virtual
 * addresses, before the load bias is added. Immutable.
 */
public final class ElfImage {
  /** Files larger than this are refused: their content is kept in one array. */
  private static final long MAX_FILE_SIZE = 1L << 30;

  private final Bytes bytes;
  private final ByteBuffer content;
  private final Headers headers;
  private final AddressSpace addresses;
  private final Optional<String> interpreter;
  private final List<String> neededLibraries;
  private final Optional<String> sharedObjectName;
  private final List<Symbol> dynamicSymbols;
  private final List<Symbol> symbols;
  private final List<Relocation> relocations;
  private final List<Long> initialisers;
  private final List<FrameDescription> frames;
  private final Optional<String> architecture;
  private final Optional<AddressRange> relro;
  private final Optional<AddressRange> dynamic;

  private ElfImage(byte[] file, String name) throws ElfException {
    bytes = new Bytes(file, name);
    content = ByteBuffer.wrap(file).asReadOnlyBuffer();
    headers = Headers.read(bytes, file);
    addresses = AddressSpace.of(bytes, headers.programHeaders());
    interpreter = readInterpreter();
    Optional<ProgramHeader> table = header(ProgramHeader.DYNAMIC);
    dynamic = table.map(h -> new AddressRange(h.address(), h.address() + h.memorySize()));
    DynamicSection section =
        DynamicSection.read(
            bytes,
            addresses,
            table.map(ProgramHeader::offset).orElse(0L),
            table.map(ProgramHeader::fileSize).orElse(0L));
    neededLibraries = section.neededLibraries();
    sharedObjectName = section.sharedObjectName();
    dynamicSymbols = section.symbols();
    symbols = readSymbolTable();
    relocations = table.isPresent() ? section.relocations(dynamicSymbols) : readStaticRelocations();
    initialisers = readInitialisers(section);
    frames = readFrames();
    architecture = readArchitecture();
    relro =
        header(ProgramHeader.GNU_RELRO)
            .map(h -> new AddressRange(h.address(), h.address() + h.memorySize()));
  }

  /**
   * Reads a file.
   *
   * @throws ElfException when it cannot be read or is not a usable RISC-V ELF file
   */
  public static ElfImage read(Path file) throws ElfException {
    String name = file.toString();
    try {
      if (Files.isDirectory(file)) {
        throw new ElfException(name, "is a directory");
      }
      if (!Files.isRegularFile(file) && Files.exists(file)) {
        throw new ElfException(name, "is not a regular file");
      }
      if (Files.size(file) > MAX_FILE_SIZE) {
        throw new ElfException(name, "is larger than 1 GiB");
      }
      return read(Files.readAllBytes(file), name);
    } catch (NoSuchFileException e) {
      throw new ElfException(name, "no such file");
    } catch (IOException e) {
      throw new ElfException(name, "cannot be read: " + e.getMessage());
    }
  }

  /**
   * Reads a file's content.
   *
   * @param content not copied; must not change afterwards
   * @param name for messages
   * @throws ElfException when it is not a usable RISC-V ELF file
   */
  public static ElfImage read(byte[] content, String name) throws ElfException {
    return new ElfImage(content, name);
  }

  /** The file's name as it was given. */
  public String name() {
    return bytes.file();
  }

  /** The whole file, read-only, position 0. */
  public ByteBuffer content() {
    return content.duplicate();
  }

  /** Whether the file has a fixed load address (ET_EXEC); otherwise it can be loaded anywhere. */
  public boolean isExec() {
    return headers.executable();
  }

  /** The address of the first instruction; 0 for most libraries. */
  public long entry() {
    return headers.entry();
  }

  /** The processor-specific flags of the ELF header. */
  public int flags() {
    return headers.flags();
  }

  /** How the program uses capabilities. */
  public CapabilityUse capabilityUse() {
    return CapabilityUse.of(flags(), architecture().orElse(""));
  }

  /** The address of the program header table in memory (AT_PHDR); empty when it is not loaded. */
  public Optional<Long> programHeaderAddress() {
    long offset = headers.programHeaderOffset();
    for (Segment s : addresses.segments()) {
      if (offset >= s.offset() && offset < s.offset() + s.fileSize()) {
        return Optional.of(s.address() + offset - s.offset());
      }
    }
    return Optional.empty();
  }

  /** The number of program headers (AT_PHNUM). */
  public int programHeaderCount() {
    return headers.programHeaders().size();
  }

  /** Whether the program asks for an executable stack (PT_GNU_STACK). */
  public boolean executableStack() {
    return header(ProgramHeader.GNU_STACK).filter(h -> (h.flags() & 1) != 0).isPresent();
  }

  /** The dynamic linker it asks for (PT_INTERP). */
  public Optional<String> interpreter() {
    return interpreter;
  }

  /** DT_NEEDED, in order. */
  public List<String> neededLibraries() {
    return neededLibraries;
  }

  /** DT_SONAME. */
  public Optional<String> sharedObjectName() {
    return sharedObjectName;
  }

  /** The loadable segments in address order; at least one. */
  public List<Segment> segments() {
    return addresses.segments();
  }

  /** The section headers; empty when they were stripped. */
  public List<Section> sections() {
    return headers.sections();
  }

  /** PT_TLS. */
  public Optional<TlsTemplate> tls() {
    return header(ProgramHeader.TLS)
        .map(h -> new TlsTemplate(h.address(), h.fileSize(), h.memorySize(), h.alignment()));
  }

  /** The range that becomes read-only after relocation (PT_GNU_RELRO). */
  public Optional<AddressRange> relro() {
    return relro;
  }

  /** The dynamic section (PT_DYNAMIC). */
  public Optional<AddressRange> dynamic() {
    return dynamic;
  }

  /** The architecture it was compiled for, such as {@code rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0}. */
  public Optional<String> architecture() {
    return architecture;
  }

  /** The dynamic symbols; number 0 is the empty one. */
  public List<Symbol> dynamicSymbols() {
    return dynamicSymbols;
  }

  /** The symbols of {@code .symtab}; empty when stripped. */
  public List<Symbol> symbols() {
    return symbols;
  }

  /** The dynamic relocations; of a static program those that its start-up code applies. */
  public List<Relocation> relocations() {
    return relocations;
  }

  /**
   * Functions that run before or after the program, as far as their addresses are in the file
   * without relocation: DT_INIT, DT_FINI, initialiser arrays.
   */
  public List<Long> initialisers() {
    return initialisers;
  }

  /** The frame descriptions, sorted by start. */
  public List<FrameDescription> frames() {
    return frames;
  }

  /**
   * The ranges that hold code: the executable sections, or all of the executable segments' content
   * when there are no section headers. Sorted, without overlap.
   */
  public List<AddressRange> codeRanges() {
    List<AddressRange> ranges = new ArrayList<>();
    for (Section s : headers.sections()) {
      if (s.allocated()
          && s.executable()
          && s.size() > 0
          && s.type() != ElfSectionHeader.SHT_NOBITS
          && addresses.offset(s.address(), s.size()) >= 0) {
        ranges.add(s.range());
      }
    }
    if (ranges.isEmpty()) {
      for (Segment s : addresses.segments()) {
        if (s.executable() && s.fileSize() > 0) {
          ranges.add(new AddressRange(s.address(), s.address() + s.fileSize()));
        }
      }
    }
    ranges.sort(Comparator.comparingLong(AddressRange::start));
    return AddressRange.mergeOverlapping(ranges);
  }

  /** The file offset of {@code size} bytes at {@code address}; -1 where not all are in the file. */
  public long fileOffset(long address, long size) {
    return addresses.offset(address, size);
  }

  /** Whether {@code size} bytes at {@code address} are in the memory of one segment. */
  public boolean isMapped(long address, long size) {
    return addresses.segmentAt(address, size) != null;
  }

  /** Whether the program cannot change the {@code size} mapped bytes at {@code address}. */
  public boolean isReadOnly(long address, long size) {
    Segment s = addresses.segmentAt(address, size);
    return s != null && !s.writable();
  }

  /**
   * The 2 bytes at {@code address} as the loader puts them in memory, zero-extended.
   *
   * @throws IndexOutOfBoundsException when they are not mapped
   */
  public int read16(long address) {
    long o = addresses.offset(address, 2);
    return o >= 0 ? bytes.u16(o) : (int) beyondFile(address, 2);
  }

  /**
   * The 4 bytes at {@code address} as the loader puts them in memory, before relocation.
   *
   * @throws IndexOutOfBoundsException when they are not mapped
   */
  public int read32(long address) {
    long o = addresses.offset(address, 4);
    return o >= 0 ? bytes.i32(o) : (int) beyondFile(address, 4);
  }

  /**
   * The 8 bytes at {@code address} as the loader puts them in memory, before relocation.
   *
   * @throws IndexOutOfBoundsException when they are not mapped
   */
  public long read64(long address) {
    long o = addresses.offset(address, 8);
    return o >= 0 ? bytes.i64(o) : beyondFile(address, 8);
  }

  /** Reads what lies in memory but not entirely in the file: the rest is zero. */
  private long beyondFile(long address, int size) {
    if (addresses.segmentAt(address, size) == null) {
      throw new IndexOutOfBoundsException(
          String.format("%s has nothing at 0x%x", bytes.file(), address));
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      long o = addresses.offset(address + i, 1);
      value |= o < 0 ? 0 : (long) bytes.u8(o) << (8 * i);
    }
    return value;
  }

  private Optional<ProgramHeader> header(int type) {
    return headers.programHeaders().stream().filter(h -> h.type() == type).findFirst();
  }

  private Optional<Section> section(String name) {
    return headers.sections().stream().filter(s -> s.name().equals(name)).findFirst();
  }

  private Optional<String> readInterpreter() throws ElfException {
    Optional<ProgramHeader> h = header(ProgramHeader.INTERPRETER);
    if (h.isEmpty()) {
      return Optional.empty();
    }
    long start = h.get().offset();
    return Optional.of(
        bytes.string(start, start + h.get().fileSize(), "the name of the dynamic linker"));
  }

  private List<Symbol> readSymbolTable() throws ElfException {
    for (Section s : headers.sections()) {
      if (s.type() == ElfSectionHeader.SHT_SYMTAB) {
        if (s.link() < 0 || s.link() >= headers.sections().size()) {
          throw bytes.problem("damaged: the symbol table has no names");
        }
        Section names = headers.sections().get(s.link());
        bytes.require(names.offset(), names.size(), "the symbol names");
        long count = s.size() / SymbolTable.ENTRY_SIZE;
        return SymbolTable.read(bytes, s.offset(), count, names.offset(), names.size());
      }
    }
    return List.of();
  }

  /** IRELATIVE relocations of a static program, which no dynamic section describes. */
  private List<Relocation> readStaticRelocations() {
    List<Relocation> all = new ArrayList<>();
    for (Section s : headers.sections()) {
      if (s.type() == ElfSectionHeader.SHT_RELA && s.allocated()) {
        for (long at = s.offset(); at + 24 <= s.offset() + s.size(); at += 24) {
          int type = (int) bytes.i64(at + 8);
          all.add(new Relocation(bytes.i64(at), type, Optional.empty(), bytes.i64(at + 16)));
        }
      }
    }
    return List.copyOf(all);
  }

  private List<Long> readInitialisers(DynamicSection section) throws ElfException {
    List<Long> all = new ArrayList<>(section.initialisers());
    for (Section s : headers.sections()) {
      boolean array =
          s.type() == ElfSectionHeader.SHT_INIT_ARRAY
              || s.type() == ElfSectionHeader.SHT_FINI_ARRAY
              || s.type() == ElfSectionHeader.SHT_PREINIT_ARRAY;
      if (dynamic.isEmpty() && array) {
        for (long at = s.offset(); at + 8 <= s.offset() + s.size(); at += 8) {
          all.add(bytes.i64(at));
        }
      }
    }
    return List.copyOf(all);
  }

  private List<FrameDescription> readFrames() {
    Optional<Section> section = section(".eh_frame");
    if (section.isPresent()) {
      Section s = section.get();
      return UnwindTable.read(bytes, s.address(), s.offset(), s.size());
    }
    Optional<ProgramHeader> header = header(ProgramHeader.GNU_EH_FRAME);
    if (header.isEmpty()) {
      return List.of();
    }
    ProgramHeader h = header.get();
    Optional<Long> table = UnwindTable.address(bytes, h.address(), h.offset(), h.fileSize());
    if (table.isEmpty()) {
      return List.of();
    }
    long offset = addresses.offset(table.get(), 4);
    if (offset < 0) {
      return List.of();
    }
    Segment s = addresses.segmentAt(table.get(), 4);
    return UnwindTable.read(bytes, table.get(), offset, s.offset() + s.fileSize() - offset);
  }

  private Optional<String> readArchitecture() {
    Optional<ProgramHeader> h = header(ProgramHeader.RISCV_ATTRIBUTES);
    if (h.isPresent()) {
      return Attributes.architecture(bytes, h.get().offset(), h.get().fileSize());
    }
    return section(".riscv.attributes")
        .flatMap(s -> Attributes.architecture(bytes, s.offset(), s.size()));
  }
}
