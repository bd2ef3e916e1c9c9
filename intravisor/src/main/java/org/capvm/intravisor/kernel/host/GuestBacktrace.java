package org.capvm.intravisor.kernel.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.Region;
import org.capvm.runtime.hart.Hart;
import org.capvm.runtime.memory.MemoryFault;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;
import org.capvm.translator.elf.Symbol;

/**
 * Where a guest is, for people: pc, the return address, and what a chain of frame pointers leads
 * to, where the guest keeps one. Its memory is not trusted: the chain only ever goes up.
 */
final class GuestBacktrace {
  private static final int MOST_FRAMES = 32;

  /** Larger files are not programs. */
  private static final long LARGEST_FILE = 1L << 30;

  private static final int RA = 1;
  private static final int FP = 8;

  private final AddressSpace space;

  GuestBacktrace(AddressSpace space) {
    this.space = space;
  }

  /** A line for each frame, the innermost first. */
  List<String> of(Hart h) {
    List<Long> addresses = new ArrayList<>(List.of(h.pc));
    add(addresses, h.x(RA));
    // The psABI's frame record lies below the frame pointer: ra, and the frame pointer before.
    boolean capabilities = h.capabilities != null && h.capabilities.pccBounds().isCapabilityMode();
    int width = capabilities ? 16 : 8;
    long frame = h.x(FP);
    try {
      while (addresses.size() < MOST_FRAMES) {
        add(addresses, space.memory().getLong(frame - width));
        long next = space.memory().getLong(frame - 2 * width);
        if (Long.compareUnsigned(next, frame) <= 0) {
          break;
        }
        frame = next;
      }
    } catch (MemoryFault e) {
      // The chain ends where it leaves memory.
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      long address = addresses.get(i);
      lines.add("#%d 0x%x %s".formatted(i, address, place(i == 0 ? address : address - 1)));
    }
    return lines;
  }

  /** Adds a return address into code that is not the last one again. */
  private void add(List<Long> addresses, long address) {
    boolean code = region(address).filter(r -> (r.protection() & Region.EXECUTE) != 0).isPresent();
    if (code && addresses.getLast() != address) {
      addresses.add(address);
    }
  }

  private Optional<Region> region(long address) {
    return space.regions().stream()
        .filter(r -> r.start() <= address && address < r.end())
        .findFirst();
  }

  /** Function, offset and file of an address. */
  private String place(long address) {
    Region region = region(address).orElse(null);
    if (region == null) {
      return "in no mapping";
    }
    if (region.file() == null) {
      return "in memory of no file";
    }
    long offset = region.offset() + (address - region.start());
    String file = region.file().name();
    try {
      ElfImage image = ElfImage.read(content(region), file);
      for (Segment s : image.segments()) {
        if (s.offset() <= offset && offset < s.offset() + s.fileSize()) {
          return symbol(image, s.address() + (offset - s.offset())) + " in " + file;
        }
      }
    } catch (ElfException e) {
      // What is executed there is no program.
    }
    return "at 0x%x in %s".formatted(offset, file);
  }

  private static String symbol(ElfImage image, long address) {
    List<Symbol> symbols = new ArrayList<>(image.symbols());
    symbols.addAll(image.dynamicSymbols());
    return symbols.stream()
        .filter(s -> s.defined() && names(s) && s.value() <= address)
        .max(Comparator.comparingLong(Symbol::value))
        .map(s -> "%s+0x%x".formatted(s.name(), address - s.value()))
        .orElseGet(() -> "at 0x%x".formatted(address));
  }

  /** Functions, and labels of assembly, which have no type. */
  private static boolean names(Symbol s) {
    boolean label = s.kind() == Symbol.Kind.OTHER && !s.name().startsWith("$") && s.value() != 0;
    return (s.isCode() || label) && !s.name().isEmpty() && !s.name().startsWith(".L");
  }

  private static byte[] content(Region region) {
    FileStatus status = new FileStatus();
    if (region.file().status(status) != 0 || status.size <= 0 || status.size > LARGEST_FILE) {
      return new byte[0];
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(status.size);
      long n = region.file().pread(bytes, 0);
      return n == status.size ? bytes.toArray(ValueLayout.JAVA_BYTE) : new byte[0];
    }
  }
}
