package org.capvm.intravisor.cvm;

import java.nio.file.Path;

/**
 * An image file that a cVM has as its block device.
 *
 * @param writable whether the guest may write it
 */
public record Disk(Path file, boolean writable) {
  private static final String READ_ONLY = ":ro";

  /**
   * Reads {@code FILE[:ro]}: as in the original, an image is there to be written.
   *
   * @param base what a relative file is relative to
   * @throws IllegalArgumentException with a message for the user when it names nothing
   */
  public static Disk parse(String text, Path base) {
    boolean writable = !text.endsWith(READ_ONLY);
    String file = writable ? text : text.substring(0, text.length() - READ_ONLY.length());
    if (file.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' is not of the form FILE[:ro]");
    }
    return new Disk(base.resolve(file), writable);
  }
}
