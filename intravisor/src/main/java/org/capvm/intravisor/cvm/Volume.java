package org.capvm.intravisor.cvm;

import java.nio.file.Path;

/**
 * A host folder that the guest sees.
 *
 * @param host the folder
 * @param guest its absolute path in the guest
 * @param writable whether the guest may change what is in it
 */
public record Volume(Path host, String guest, boolean writable) {
  /**
   * Reads {@code HOST:GUEST[:rw]}.
   *
   * @param base what a relative host folder is relative to
   * @throws IllegalArgumentException with a message for the user when the text is not of that form
   */
  public static Volume parse(String text, Path base) {
    boolean writable = text.endsWith(":rw");
    String folders = writable ? text.substring(0, text.length() - 3) : text;
    int colon = folders.lastIndexOf(':');
    if (colon < 1 || !folders.startsWith("/", colon + 1)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not of the form HOST:GUEST[:rw] with an absolute path GUEST");
    }
    Path host = base.resolve(folders.substring(0, colon));
    return new Volume(host, folders.substring(colon + 1), writable);
  }
}
