package org.capvm.intravisor.deployment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Copies lines, bytes as they are, with a prefix before each. */
final class PrefixedLines {
  /** A line that is longer is cut, so that a guest that never ends one takes no memory. */
  private static final int LONGEST_LINE = 1 << 16;

  private final byte[] prefix;
  private final OutputStream target;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /**
   * @param target is locked while a line is written, so that lines of several sources stay whole
   */
  PrefixedLines(String prefix, OutputStream target) {
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    this.target = target;
  }

  /**
   * Copies until the source ends. What cannot be written is lost, so that no guest waits for it.
   */
  void copy(InputStream source) throws IOException {
    byte[] buffer = new byte[1 << 13];
    for (int length = source.read(buffer); length >= 0; length = source.read(buffer)) {
      for (int i = 0; i < length; i++) {
        if (buffer[i] == '\n' || line.size() == LONGEST_LINE) {
          endLine();
        }
        if (buffer[i] != '\n') {
          line.write(buffer[i]);
        }
      }
    }
    if (line.size() > 0) {
      endLine();
    }
  }

  private void endLine() {
    synchronized (target) {
      try {
        target.write(prefix);
        line.writeTo(target);
        target.write('\n');
        target.flush();
      } catch (IOException e) {
        // Nobody reads any more.
      }
    }
    line.reset();
  }
}
