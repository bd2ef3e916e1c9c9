package org.capvm.translator.discover;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.capvm.translator.elf.AddressRange;
import org.capvm.translator.elf.ElfImage;
import org.capvm.translator.elf.Relocation;
import org.capvm.translator.elf.Segment;
import org.capvm.translator.elf.Symbol;

/**
 * The code addresses that data holds: function pointers and labels of computed gotos.
 *
 * @param addresses even, in code ranges
 * @param certain whether relocations name them; otherwise they are words of data that happen to
 *     look like code addresses, as small integers do in a program linked at a low address
 */
record Pointers(NavigableSet<Long> addresses, boolean certain) {

  static Pointers find(ElfImage image, ImageCode code) {
    NavigableSet<Long> found = new TreeSet<>();
    for (Relocation r : image.relocations()) {
      target(r).filter(a -> isCode(code, a)).ifPresent(found::add);
    }
    if (!image.isExec()) {
      return new Pointers(found, true);
    }
    for (Segment segment : image.segments()) {
      scan(image, code, segment, found);
    }
    return new Pointers(found, false);
  }

  private static boolean isCode(ImageCode code, long address) {
    return (address & 1) == 0 && code.rangeAt(address) != null;
  }

  private static Optional<Long> target(Relocation r) {
    return switch (r.type()) {
      case Relocation.RELATIVE, Relocation.IRELATIVE -> Optional.of(r.addend());
      case Relocation.ABSOLUTE_64 ->
          r.symbol().filter(Symbol::defined).map(s -> s.value() + r.addend());
      default -> Optional.empty();
    };
  }

  /** Looks at the aligned words of a segment outside its code. */
  private static void scan(
      ElfImage image, ImageCode code, Segment segment, NavigableSet<Long> found) {
    List<AddressRange> ranges = code.ranges();
    long low = ranges.isEmpty() ? 0 : ranges.getFirst().start();
    long high = ranges.isEmpty() ? 0 : ranges.getLast().end();
    long end = segment.address() + segment.fileSize() - 8;
    for (long at = segment.address() + 7 & ~7L; at <= end; at += 8) {
      AddressRange inside = code.rangeAt(at);
      if (inside != null) {
        at = (inside.end() + 7 & ~7L) - 8;
        continue;
      }
      long word = image.read64(at);
      if (word >= low && word < high && isCode(code, word)) {
        found.add(word);
      }
    }
  }
}
