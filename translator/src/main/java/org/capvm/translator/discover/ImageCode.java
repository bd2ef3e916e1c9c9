package org.capvm.translator.discover;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.capvm.translator.elf.AddressRange;
import org.capvm.translator.elf.ElfImage;

/** The code of an ELF file: instructions only from its code ranges, constants from all of it. */
final class ImageCode implements CodeBytes {
  private final ElfImage image;
  private final ByteBuffer content;
  private final List<AddressRange> ranges;

  /** The range of the previous fetch; most fetches stay in it. */
  private AddressRange current = new AddressRange(0, 0);

  /** File offset minus address in the current range. */
  private long shift;

  ImageCode(ElfImage image) {
    this.image = image;
    content = image.content().order(ByteOrder.LITTLE_ENDIAN);
    ranges = image.codeRanges();
  }

  List<AddressRange> ranges() {
    return ranges;
  }

  /** The code range that holds {@code address}; null if none does. */
  AddressRange rangeAt(long address) {
    if (current.contains(address)) {
      return current;
    }
    for (AddressRange range : ranges) {
      if (range.contains(address)) {
        current = range;
        shift = image.fileOffset(range.start(), range.size()) - range.start();
        return range;
      }
    }
    return null;
  }

  @Override
  public int halfWord(long address) {
    AddressRange range = rangeAt(address);
    if (range == null || address + 2 > range.end()) {
      return -1;
    }
    return Short.toUnsignedInt(content.getShort((int) (address + shift)));
  }

  @Override
  public OptionalInt constantWord(long address) {
    if (!image.isReadOnly(address, 4)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(image.read32(address));
  }
}
