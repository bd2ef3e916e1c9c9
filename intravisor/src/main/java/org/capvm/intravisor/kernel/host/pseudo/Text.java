package org.capvm.intravisor.kernel.host.pseudo;

import java.nio.charset.StandardCharsets;

/** Content of synthetic files. */
final class Text {
  private Text() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** One line. */
  static byte[] line(Object text) {
    return bytes(text + "\n");
  }
}
