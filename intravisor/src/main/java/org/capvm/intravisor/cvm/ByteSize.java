package org.capvm.intravisor.cvm;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: with an optional binary unit, 64M or 1G. */
public final class ByteSize {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([KMG]?)(?:I?B)?");

  private ByteSize() {}

  /**
   * @return at most 999,999,999 GiB
   * @throws IllegalArgumentException with a message for the user when the text is no size
   */
  public static long parse(String text) {
    Matcher size = SIZE.matcher(text.toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write bytes or a number with K, M or G, such as 512M");
    }
    int shift =
        switch (size.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> 0;
        };
    return Long.parseLong(size.group(1)) << shift;
  }
}
