package org.capvm.translator.emit;

import java.util.List;
import org.capvm.translator.check.CheckedClasses;

/**
 * A generated class, a subclass of {@code GuestFunction}.
 *
 * @param name binary name, with dots
 * @param bytes the class file
 * @param entries guest addresses of its functions, in the order of their numbers
 * @param largestMethod bytecode bytes of its largest method
 */
public record TranslatedClass(String name, byte[] bytes, List<Long> entries, int largestMethod) {
  public TranslatedClass {
    entries = List.copyOf(entries);
  }

  /** A class of a file. */
  static TranslatedClass of(FileContext file, String name, byte[] bytes, List<Long> entries) {
    CheckedClasses.made(bytes, file.clearsTags());
    return new TranslatedClass(name, bytes, entries, 0);
  }
}
