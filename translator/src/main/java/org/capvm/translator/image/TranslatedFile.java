package org.capvm.translator.image;

import java.util.List;

/** A file translated for one load address: its functions and the classes that hold them. */
public interface TranslatedFile {
  /**
   * A translated function.
   *
   * @param entry guest address
   * @param className binary name of the class that holds it
   * @param number by which the class knows it
   */
  record Function(long entry, String className, int number) {}

  /** All functions, sorted by entry. */
  List<Function> functions();

  /** The class file of a class by its binary name; null when there is none. */
  byte[] classFile(String name);
}
