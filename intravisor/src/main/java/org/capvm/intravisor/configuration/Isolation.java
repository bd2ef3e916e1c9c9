package org.capvm.intravisor.configuration;

import java.util.List;
import org.capvm.runtime.capability.CompressedBounds;
import org.capvm.runtime.memory.Window;

/**
 * Where a cVM lies in the original's address space, which all cVMs of a configuration share.
 *
 * @param base where its own memory begins
 * @param size of that in bytes
 * @param begin where the bounds of its capabilities begin
 * @param end the address behind them
 * @param place file and line, for messages
 */
record Isolation(long base, long size, long begin, long end, String place) {
  private static final List<String> KEYS = List.of("base", "size", "begin", "end");

  /** Addresses are below this. */
  private static final long HIGHEST = 1L << 47;

  /** The largest window that a cVM can have. */
  private static final long LARGEST = 1L << 40;

  /** The list of one item that the original has, or the item. */
  static Isolation read(YamlValue value) throws ConfigurationException {
    YamlValue item = value;
    if (value.isList()) {
      List<YamlValue> items = value.list("'isolation'");
      if (items.size() != 1) {
        throw value.wrong("'isolation' has one item");
      }
      item = items.getFirst();
    }
    YamlMapping mapping = item.mapping("'isolation'");
    mapping.allowOnly(KEYS);
    Isolation read =
        new Isolation(
            number(mapping, "base"),
            number(mapping, "size"),
            number(mapping, "begin"),
            number(mapping, "end"),
            item.place());
    read.check(item);
    return read;
  }

  private static long number(YamlMapping mapping, String key) throws ConfigurationException {
    YamlValue value = mapping.require(key, "'isolation'");
    String text = value.text("'" + key + "'");
    if (!text.matches("(0[xX])?[0-9a-fA-F]{1,15}")) {
      throw value.wrong("'" + key + "': '" + text + "' is no hexadecimal number");
    }
    long number = Long.parseLong(text.replaceFirst("^0[xX]", ""), 16);
    if (number % Window.PAGE != 0 || number > HIGHEST) {
      throw value.wrong("'" + key + "' is not a multiple of 0x1000 up to 0x" + hex(HIGHEST));
    }
    return number;
  }

  private void check(YamlValue item) throws ConfigurationException {
    if (size < 1 << 20 || end - begin > LARGEST) {
      throw item.wrong("'isolation': a cVM has 1 MiB to 1 TiB");
    }
    if (base < begin || last() > end) {
      throw item.wrong(
          "'isolation': base 0x%s and size 0x%s are not within begin 0x%s and end 0x%s"
              .formatted(hex(base), hex(size), hex(begin), hex(end)));
    }
  }

  /** Whether capabilities can have exactly these bounds, relative to some address. */
  boolean isExact(long origin) {
    long length = end - begin;
    return CompressedBounds.roundedLength(length) == length
        && (begin - origin & ~CompressedBounds.alignmentMask(length)) == 0;
  }

  /** The address behind its own memory. */
  long last() {
    return base + size;
  }

  static String hex(long number) {
    return Long.toHexString(number);
  }
}
