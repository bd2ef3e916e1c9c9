package org.capvm.intravisor.cvm;

import java.nio.charset.StandardCharsets;

/** Strings at the border between Java, which decodes them, and guests, which see bytes. */
final class HostText {
  private HostText() {}

  /** A string of one Latin-1 character for each byte of the UTF-8 form. */
  static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
