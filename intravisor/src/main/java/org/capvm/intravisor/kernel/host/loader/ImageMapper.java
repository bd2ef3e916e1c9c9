package org.capvm.intravisor.kernel.host.loader;

import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.memory.AddressSpace;
import org.capvm.intravisor.kernel.host.memory.Region;
import org.capvm.runtime.memory.Window;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Segment;

/** Maps the loadable segments of an ELF file. */
final class ImageMapper {
  private static final int PAGE = Window.PAGE;

  private final AddressSpace space;

  ImageMapper(AddressSpace space) {
    this.space = space;
  }

  /**
   * Maps a file.
   *
   * @return the load bias: what is added to link-time addresses
   */
  long map(ProgramFile program, ElfImage image) throws LoadException {
    long start = pageDown(image.segments().getFirst().address());
    long end = pageUp(image.segments().getLast().end());
    long bias = 0;
    if (image.isExec()) {
      if (start < Window.LOW || end > space.layout().mapTop() || end < start) {
        throw new LoadException(
            Errno.ENOMEM,
            "%s: is linked at 0x%x to 0x%x, outside the memory of 0x%x bytes"
                .formatted(program.name(), start, end, space.window().size()));
      }
    } else {
      long base = end < start ? Errno.ENOMEM : space.findSpace(program.file(), end - start);
      if (Errno.isError(base)) {
        throw tooBig(program);
      }
      bias = base - start;
    }
    for (Segment segment : image.segments()) {
      mapSegment(program, segment, bias);
    }
    return bias;
  }

  private static LoadException tooBig(ProgramFile program) {
    return new LoadException(Errno.ENOMEM, program.name() + ": does not fit into the memory");
  }

  private void mapSegment(ProgramFile program, Segment segment, long bias) throws LoadException {
    long address = segment.address() + bias;
    long skew = address & (PAGE - 1);
    if ((segment.offset() & (PAGE - 1)) != skew && segment.fileSize() > 0) {
      throw new LoadException(
          Errno.ENOEXEC, program.name() + ": a segment is not aligned to pages");
    }
    int protection =
        (segment.readable() ? Region.READ : 0)
            | (segment.writable() ? Region.WRITE : 0)
            | (segment.executable() ? Region.EXECUTE : 0);
    long fileEnd = address + segment.fileSize();
    long end = address + segment.memorySize();
    long zeroFrom = pageDown(address);
    if (segment.fileSize() > 0) {
      zeroFrom = pageUp(fileEnd);
      long mapped =
          space.map(
              address - skew,
              0,
              segment.fileSize() + skew,
              protection,
              false,
              program.file(),
              segment.offset() - skew,
              null);
      require(program, mapped);
      if (end > fileEnd && segment.writable()) {
        // To the end of the page, as Linux does: ld.so allocates behind its own end.
        long tail = zeroFrom - fileEnd;
        space.window().fresh(fileEnd, tail).fill((byte) 0);
      }
    }
    if (pageUp(end) > zeroFrom) {
      require(
          program,
          space.map(zeroFrom, 0, pageUp(end) - zeroFrom, protection, false, null, 0, null));
    }
  }

  private static void require(ProgramFile program, long result) throws LoadException {
    if (Errno.isError(result)) {
      throw result == Errno.ENOMEM
          ? tooBig(program)
          : new LoadException(result, program.name() + ": cannot be mapped: " + Errno.name(result));
    }
  }

  static long pageDown(long address) {
    return address & -PAGE;
  }

  static long pageUp(long address) {
    return address + PAGE - 1 & -PAGE;
  }
}
