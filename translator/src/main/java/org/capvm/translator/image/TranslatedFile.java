package org.capvm.translator.image;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.capvm.translator.check.ClassChecker;
import org.capvm.translator.check.RejectedClassException;

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

  /**
   * Holds all classes to what generated code may do.
   *
   * @return how many there are
   * @throws RejectedClassException when one does something else
   */
  default int check() throws RejectedClassException {
    Set<String> classes = new LinkedHashSet<>();
    functions().forEach(f -> classes.add(f.className()));
    for (String name : classes) {
      ClassChecker.check(classFile(name));
    }
    return classes.size();
  }
}
