package org.capvm.intravisor.kernel.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capvm.intravisor.backtrace.NearestSymbol;
import org.capvm.intravisor.backtrace.ReturnAddresses;
import org.capvm.intravisor.kernel.host.file.FileStatus;
import org.capvm.intravisor.kernel.host.file.OpenFile;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.Region;
import org.capvm.runtime.hart.Hart;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;

/** Where a process is: files and functions of pc and return addresses. */
final class GuestBacktrace {
  /** Of larger files no symbols are shown: a guest must not make a report read gigabytes. */
  private static final long LARGEST_FILE = 64 << 20;

  private final AddressSpace space;

  /** Each file is read once. */
  private final Map<OpenFile, Optional<ElfImage>> images = new HashMap<>();

  GuestBacktrace(AddressSpace space) {
    this.space = space;
  }

  /** A line for each frame, the innermost first. */
  List<String> of(Hart h) {
    List<String> lines = new ArrayList<>();
    lines.add(line(0, h.pc, h.pc));
    for (long address : ReturnAddresses.of(h)) {
      // The call is what lies before its return address.
      lines.add(line(lines.size(), address, address - 1));
    }
    return lines;
  }

  private String line(int number, long address, long shown) {
    return "#%d 0x%x %s".formatted(number, address, NearestSymbol.printable(place(shown)));
  }

  /** Function, offset and file of an address. */
  private String place(long address) {
    Optional<Region> found =
        space.regions().stream().filter(r -> r.start() <= address && address < r.end()).findFirst();
    if (found.isEmpty()) {
      return "in no mapping";
    }
    Region region = found.get();
    if (region.file() == null) {
      return "in memory of no file";
    }
    long offset = region.offset() + (address - region.start());
    return images
            .computeIfAbsent(region.file(), GuestBacktrace::image)
            .flatMap(image -> place(image, offset))
            .orElseGet(() -> "at 0x%x".formatted(offset))
        + " in "
        + region.file().name();
  }

  private static Optional<String> place(ElfImage image, long offset) {
    return image.segments().stream()
        .filter(s -> s.offset() <= offset && offset < s.offset() + s.fileSize())
        .findFirst()
        .map(s -> symbol(image, s, offset));
  }

  private static String symbol(ElfImage image, Segment segment, long offset) {
    long address = segment.address() + (offset - segment.offset());
    return NearestSymbol.of(image, address).orElseGet(() -> "at 0x%x".formatted(address));
  }

  private static Optional<ElfImage> image(OpenFile file) {
    FileStatus status = new FileStatus();
    if (file.status(status) != 0 || status.size <= 0 || status.size > LARGEST_FILE) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(status.size);
      if (file.pread(bytes, 0) != status.size) {
        return Optional.empty();
      }
      return Optional.of(ElfImage.read(bytes.toArray(ValueLayout.JAVA_BYTE), file.name()));
    } catch (ElfException e) {
      // What is executed there is no program.
      return Optional.empty();
    }
  }
}
