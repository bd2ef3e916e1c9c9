package org.capvm.intravisor.kernel.host.abi;

import java.nio.charset.StandardCharsets;

/** How traces show values, as strace does. */
public final class TraceText {
  /** Results below are numbers; those above are rather addresses or bits. */
  private static final int LARGEST_DECIMAL = 0x10000;

  private TraceText() {}

  /** What a call returned: a value or an error of {@link Errno}. */
  public static String result(long value) {
    if (Errno.isError(value)) {
      return "-1 " + Errno.name(value);
    }
    return Math.abs(value) < LARGEST_DECIMAL
        ? Long.toString(value)
        : "0x" + Long.toHexString(value);
  }

  /** An address. */
  public static String pointer(long value) {
    return value == 0 ? "NULL" : "0x" + Long.toHexString(value);
  }

  /** Bytes in quotes, and nothing among them that a terminal would obey. */
  public static String quote(byte[] bytes) {
    StringBuilder text = new StringBuilder("\"");
    for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
      switch (c) {
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '\r' -> text.append("\\r");
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        default -> {
          if (c >= 0x20 && c < 0x7f) {
            text.append(c);
          } else {
            text.append("\\" + Integer.toOctalString(c));
          }
        }
      }
    }
    return text.append('"').toString();
  }
}
