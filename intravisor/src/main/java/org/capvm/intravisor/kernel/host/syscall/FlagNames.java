package org.capvm.intravisor.kernel.host.syscall;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** Names of the bits of a flags argument, for traces. */
public final class FlagNames {
  private final String zero;
  private final Map<Long, String> names = new LinkedHashMap<>();

  /**
   * @param zero what to show when no bit is set, such as {@code O_RDONLY}
   */
  public FlagNames(String zero) {
    this.zero = zero;
  }

  /** Names a bit or a group of bits; groups come before their members. */
  public FlagNames with(long bits, String name) {
    names.put(bits, name);
    return this;
  }

  /** The set bits by name, joined by {@code |}; unnamed ones in hexadecimal. */
  public String format(long flags) {
    if (flags == 0) {
      return zero;
    }
    StringJoiner text = new StringJoiner("|");
    long rest = flags;
    for (Map.Entry<Long, String> entry : names.entrySet()) {
      long bits = entry.getKey();
      if ((rest & bits) == bits) {
        text.add(entry.getValue());
        rest &= ~bits;
      }
    }
    if (rest != 0) {
      text.add("0x" + Long.toHexString(rest));
    }
    return text.toString();
  }
}
